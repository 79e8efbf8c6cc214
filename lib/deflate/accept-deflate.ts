// Negotiates permessage-deflate on a server: takes the client's offers, returns the agreement and the answer (RFC 7692 §5,
// §7.1).

import type { DeflateAgreement } from './deflate-agreement.ts';
import type { DeflateSettings } from './deflate-options.ts';
import {
  type DeflateParameters,
  deflateName,
  type ExtensionElement,
  readDeflateParameters,
  writeDeflateParameters,
} from './deflate-parameters.ts';

/** The offer that the server accepts: the agreement, and the element for its Sec-WebSocket-Extensions. */
export interface AcceptedDeflate {
  readonly agreement: DeflateAgreement;
  readonly answer: string;
}

/**
 * Accepts the first offer that is valid and that the settings allow. Returns `undefined` if there is none: an invalid offer
 * is declined without an error. Other extensions are ignored.
 */
export function acceptDeflate(
  offers: readonly ExtensionElement[],
  settings: DeflateSettings,
): AcceptedDeflate | undefined {
  for (const { name, parameters } of offers) {
    if (name !== deflateName) continue;
    const offer = readDeflateParameters(parameters);
    if (typeof offer === 'string') continue;
    const agreement = agree(offer, settings);
    if (agreement !== undefined)
      return { agreement, answer: writeDeflateParameters(answer(offer, agreement)) };
  }
  return undefined;
}

/**
 * Returns `undefined` if the offer requires a smaller window than our compressor supports, or if our settings require a
 * smaller one of a client that does not support client_max_window_bits.
 */
function agree(offer: DeflateParameters, settings: DeflateSettings): DeflateAgreement | undefined {
  const server = Math.min(offer.serverMaxWindowBits ?? 15, settings.serverMaxWindowBits);
  if (server < settings.codec.minWindowBits) return undefined;
  const hint = offer.clientMaxWindowBits;
  if (hint === undefined && settings.clientMaxWindowBits < 15) return undefined;
  return {
    serverContextTakeover: settings.serverContextTakeover && !offer.serverNoContextTakeover,
    clientContextTakeover: settings.clientContextTakeover && !offer.clientNoContextTakeover,
    serverMaxWindowBits: server,
    clientMaxWindowBits: Math.min(typeof hint === 'number' ? hint : 15, settings.clientMaxWindowBits),
  };
}

/** Includes window bits only if the offer had them: some clients reject unrequested server bits, and all client bits. */
function answer(offer: DeflateParameters, agreement: DeflateAgreement): DeflateParameters {
  const parameters: DeflateParameters = {};
  if (!agreement.serverContextTakeover) parameters.serverNoContextTakeover = true;
  if (!agreement.clientContextTakeover) parameters.clientNoContextTakeover = true;
  if (offer.serverMaxWindowBits !== undefined) parameters.serverMaxWindowBits = agreement.serverMaxWindowBits;
  if (agreement.clientMaxWindowBits < 15) parameters.clientMaxWindowBits = agreement.clientMaxWindowBits;
  return parameters;
}
