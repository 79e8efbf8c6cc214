// Encodes bytes in base64 (RFC 4648 §4), with padding.

import { decodeLatin1 } from './latin1.ts';

/** Returns the base64 of these bytes, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(decodeLatin1(bytes));
}
