// Returns options as the internal functions get them: checked, with all defaults.

import { OptionTable } from '../../lib/base/option-table.ts';
import type { Role } from '../../lib/base/role.ts';
import {
  type AdmissionOptions,
  admissionRules,
  type SettledAdmissionOptions,
} from '../../lib/sockets/admission.ts';
import {
  type OpeningOptions,
  openingRules,
  type SettledOpeningOptions,
} from '../../lib/sockets/opening-limit.ts';
import { type ConnectOptions, connectRules, type SettledConnectOptions } from '../../lib/sockets/proposal.ts';
import {
  type SettledSocketOptions,
  type SocketOptions,
  socketRules,
} from '../../lib/sockets/socket-options.ts';

const openings = new OptionTable('an opening', openingRules);
const admissions = new OptionTable('an admission', admissionRules);
const proposals = new OptionTable('a proposal', connectRules);
const sockets = {
  client: new OptionTable('a client', () => socketRules('client')),
  server: new OptionTable('a server', () => socketRules('server')),
};

export function settledOpening(options?: OpeningOptions): SettledOpeningOptions {
  return openings.check(options);
}

export function settledAdmission(options?: AdmissionOptions): SettledAdmissionOptions {
  return admissions.check(options);
}

export function settledConnect(options?: ConnectOptions): SettledConnectOptions {
  return proposals.check(options);
}

export function settledSocket(role: Role, options?: SocketOptions): SettledSocketOptions {
  return sockets[role].check(options);
}
