// Completes the negotiation on a client: takes the server's answer, returns the agreement (RFC 7692 §5, §7.1).

import { CloseCode } from '../base/close-code.ts';
import { violation } from '../base/websocket-error.ts';
import type { DeflateAgreement } from './deflate-agreement.ts';
import type { DeflateSettings } from './deflate-options.ts';
import {
  type DeflateParameters,
  deflateName,
  type ExtensionElement,
  readDeflateParameters,
} from './deflate-parameters.ts';
import { deflateOffer } from './offer-deflate.ts';

/**
 * Checks the answer to `offerDeflate(settings)`. Returns `undefined` if the server declined. Other extensions are ignored.
 *
 * @throws WebSocketError if the answer does not match the offer, or is invalid
 */
export function confirmDeflate(
  answers: readonly ExtensionElement[],
  settings: DeflateSettings,
): DeflateAgreement | undefined {
  const [answer, another] = answers.filter(({ name }) => name === deflateName);
  if (answer === undefined) return undefined;
  if (another !== undefined) throw unacceptable('5', 'permessage-deflate accepted twice');
  const parameters = readDeflateParameters(answer.parameters);
  if (typeof parameters === 'string') throw unacceptable('7', parameters);
  checkServer(parameters, deflateOffer(settings));
  return {
    serverContextTakeover: !parameters.serverNoContextTakeover,
    clientContextTakeover: settings.clientContextTakeover && !parameters.clientNoContextTakeover,
    serverMaxWindowBits: parameters.serverMaxWindowBits ?? 15,
    clientMaxWindowBits: Math.min(clientWindow(parameters, settings), settings.clientMaxWindowBits),
  };
}

/** Checks that the server confirmed what the offer required "with the same or a smaller value" (§7.1.1.1, §7.1.2.1). */
function checkServer(answer: DeflateParameters, offer: DeflateParameters): void {
  if (offer.serverNoContextTakeover && !answer.serverNoContextTakeover) {
    throw unacceptable('7.1.1.1', 'server_no_context_takeover not confirmed');
  }
  if (offer.serverMaxWindowBits === undefined) return;
  if (answer.serverMaxWindowBits === undefined || answer.serverMaxWindowBits > offer.serverMaxWindowBits) {
    throw unacceptable('7.1.2.1', 'server_max_window_bits not confirmed');
  }
}

/** Returns the window that the server requires of us. If the codec does not support it, we send without compression. */
function clientWindow(answer: DeflateParameters, settings: DeflateSettings): number {
  const bits = answer.clientMaxWindowBits;
  if (bits === undefined) return 15;
  if (bits === 'any') throw unacceptable('7.1.2.2', 'client_max_window_bits without a value');
  if (deflateOffer(settings).clientMaxWindowBits === undefined) {
    throw unacceptable('7.1.2.2', 'client_max_window_bits not offered');
  }
  return bits;
}

function unacceptable(section: string, reason: string): Error {
  return violation(CloseCode.ProtocolError, `RFC 7692 §${section}`, reason);
}
