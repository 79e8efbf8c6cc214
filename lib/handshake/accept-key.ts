// Computes Sec-WebSocket-Accept from Sec-WebSocket-Key (RFC 6455 §4.2.2).

import { encodeBase64 } from '../bytes/base64.ts';
import { encodeLatin1 } from '../bytes/latin1.ts';
import { sha1 } from '../bytes/sha1.ts';

/** Returns the Sec-WebSocket-Accept for this Sec-WebSocket-Key. */
export function acceptKey(key: string): string {
  return encodeBase64(sha1(encodeLatin1(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)));
}
