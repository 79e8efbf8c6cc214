// The server's half of the negotiation: offers in, agreement and answer out (RFC 7692 §5, §7.1).

import type { DeflateAgreement } from './deflate-agreement.ts';
import type { DeflateSettings } from './deflate-options.ts';
import {
  type DeflateParameters,
  deflateName,
  type ExtensionElement,
  readDeflateParameters,
  writeDeflateParameters,
} from './deflate-parameters.ts';

/** What the server takes: the agreement, and the element for its Sec-WebSocket-Extensions. */
export interface AcceptedDeflate {
  readonly agreement: DeflateAgreement;
  readonly answer: string;
}

/**
 * Takes the first offer that is valid and that the settings allow, or none: an offer that is wrong is declined, it is
 * no error. Other extensions are passed over.
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
 * Undefined when the offer asks for a smaller window than our compressor can keep to, or when our settings ask for a
 * smaller one than the client's, and it does not say that it would listen.
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

/** Window bits stand in the answer only where the offer had them: some clients refuse the server's unasked, all the client's. */
function answer(offer: DeflateParameters, agreement: DeflateAgreement): DeflateParameters {
  const parameters: DeflateParameters = {};
  if (!agreement.serverContextTakeover) parameters.serverNoContextTakeover = true;
  if (!agreement.clientContextTakeover) parameters.clientNoContextTakeover = true;
  if (offer.serverMaxWindowBits !== undefined) parameters.serverMaxWindowBits = agreement.serverMaxWindowBits;
  if (agreement.clientMaxWindowBits < 15) parameters.clientMaxWindowBits = agreement.clientMaxWindowBits;
  return parameters;
}
