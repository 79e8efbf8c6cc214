// What both roles can choose, and the connection that follows from it.

import { checkedSignal } from '../base/callable.ts';
import type { Role } from '../base/choice.ts';
import { randomBytes } from '../bytes/random-bytes.ts';
import { Connection } from '../connection/connection.ts';
import type { ConnectionOptions } from '../connection/connection-options.ts';
import type { DeflateAgreement } from '../deflate/deflate-agreement.ts';
import { type DeflateOptions, type DeflateSettings, deflateSettings } from '../deflate/deflate-options.ts';
import { messageLimit } from '../events/websocket-decoder.ts';
import { systemClock } from './alarm.ts';
import type { OpenOptions } from './open-websocket.ts';
import type { OpeningOptions } from './opening-limit.ts';
import type { Deflating } from './prepared-message.ts';

/** The defaults stand with each of them. */
export interface SocketOptions
  extends OpeningOptions,
    OpenOptions,
    Omit<ConnectionOptions, 'role' | 'deliver' | 'inflater' | 'compression' | 'maxPinnedBytes' | 'allocate'> {
  /**
   * Compression, permessage-deflate (RFC 7692): whether it may be agreed upon, and how. Default: true for a client, since
   * it costs nothing until the server agrees and a message is worth it; false for a server, which pays for many.
   */
  readonly deflate?: boolean | DeflateOptions | undefined;
}

/** What was chosen for compression; `undefined`: nothing is offered or taken. */
export function compressionSettings(
  role: Role,
  { deflate = role === 'client' }: SocketOptions,
): DeflateSettings | undefined {
  return deflateSettings(role, deflate);
}

/** What both sides have agreed upon, and what serves it. */
export interface AgreedCompression {
  readonly agreement: DeflateAgreement;
  readonly settings: DeflateSettings;
}

/**
 * The connection of a socket.
 *
 * @throws TypeError and RangeError for options that no socket can have, by name
 */
export function socketConnection(
  role: Role,
  options: SocketOptions,
  compression?: AgreedCompression,
): Connection {
  checkedSignal('closeSignal', options.closeSignal);
  const machines = compression && compressionMachines(role, options, compression);
  const source = options.randomBytes ?? randomBytes;
  const now = (options.clock ?? systemClock).now();
  return new Connection({ ...options, ...machines, randomBytes: source, role }, now);
}

function compressionMachines(
  role: Role,
  options: SocketOptions,
  { agreement, settings }: AgreedCompression,
): Pick<ConnectionOptions, 'inflater' | 'compression'> {
  const client = {
    windowBits: agreement.clientMaxWindowBits,
    contextTakeover: agreement.clientContextTakeover,
  };
  const server = {
    windowBits: agreement.serverMaxWindowBits,
    contextTakeover: agreement.serverContextTakeover,
  };
  const [sent, received] = role === 'client' ? [client, server] : [server, client];
  const maxMessageBytes = messageLimit({ ...options, role });
  const deflater = settings.codec.createDeflater(sent);
  return {
    inflater: settings.codec.createInflater({ ...received, maxMessageBytes }),
    compression: { deflater, thresholdBytes: settings.thresholdBytes, contextTakeover: sent.contextTakeover },
  };
}

/** What compresses the messages that we send. */
export function deflatingOf(role: Role, { agreement, settings }: AgreedCompression): Deflating {
  const bits = role === 'client' ? agreement.clientMaxWindowBits : agreement.serverMaxWindowBits;
  return { codec: settings.codec, windowBits: bits };
}
