// Creates the offer of a client (RFC 7692 §5, §7.1).

import type { DeflateSettings } from './deflate-options.ts';
import { type DeflateParameters, writeDeflateParameters } from './deflate-parameters.ts';

/** Returns the parameters that a client with these settings offers. */
export function deflateOffer(settings: DeflateSettings): DeflateParameters {
  const offer: DeflateParameters = {};
  if (!settings.serverContextTakeover) offer.serverNoContextTakeover = true;
  if (!settings.clientContextTakeover) offer.clientNoContextTakeover = true;
  if (settings.serverMaxWindowBits < 15) offer.serverMaxWindowBits = settings.serverMaxWindowBits;
  if (settings.clientMaxWindowBits < 15) offer.clientMaxWindowBits = settings.clientMaxWindowBits;
  else if (settings.codec.minWindowBits < 15) offer.clientMaxWindowBits = 'any';
  return offer;
}

/** Returns the element for the client's Sec-WebSocket-Extensions. */
export function offerDeflate(settings: DeflateSettings): string {
  return writeDeflateParameters(deflateOffer(settings));
}
