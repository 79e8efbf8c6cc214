// Encodes and parses the body of a Close frame: RFC 6455 §5.5.1 and 7.4.

import { CloseCode, isWireCloseCode } from '../base/close-code.ts';
import { described } from '../base/described.ts';
import { violation } from '../base/websocket-error.ts';
import { maxControlBytes } from '../frames/frame-header.ts';
import type { Close } from './event.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const noBytes = new Uint8Array(0);

/**
 * Parses the body of a Close frame, of at most 125 bytes.
 *
 * @throws WebSocketError 1002 for a body of one byte or an invalid code, 1007 for a reason that is not UTF-8
 */
export function parseCloseBody(body: Uint8Array): Close {
  if (body.length === 0) return { type: 'close', closeCode: undefined, reason: '' };
  if (body.length === 1)
    throw violation(CloseCode.ProtocolError, 'RFC 6455 §5.5.1', 'close body of one byte');
  const closeCode = body[0]! * 256 + body[1]!;
  if (!isWireCloseCode(closeCode)) {
    throw violation(CloseCode.ProtocolError, 'RFC 6455 §7.4', 'invalid close code', String(closeCode));
  }
  return { type: 'close', closeCode, reason: decodeReason(body.subarray(2)) };
}

function decodeReason(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw violation(CloseCode.InvalidFramePayloadData, 'RFC 6455 §8.1', 'close reason is not UTF-8');
  }
}

/**
 * Returns the body for a code and a reason. A reason without a code gets 1000.
 *
 * @throws TypeError if the code is not a number or the reason is not a string
 * @throws RangeError for an invalid code, or a reason longer than 123 bytes
 */
export function encodeCloseBody(closeCode: number | undefined, reason = ''): Uint8Array<ArrayBuffer> {
  if (typeof reason !== 'string') throw new TypeError(`reason must be a string (got ${described(reason)})`);
  if (closeCode === undefined && reason === '') return noBytes;
  const code = closeCode === undefined ? CloseCode.NormalClosure : closeCode;
  if (typeof code !== 'number') throw new TypeError(`closeCode must be a number (got ${described(code)})`);
  if (!isWireCloseCode(code)) {
    throw new RangeError(`closeCode must be from 1000 to 1003, 1007 to 1014 or 3000 to 4999 (got ${code})`);
  }
  const bytes = encoder.encode(reason);
  if (bytes.length > maxControlBytes - 2) {
    throw new RangeError(`reason must be at most 123 bytes of UTF-8 (got ${bytes.length})`);
  }
  const body = new Uint8Array(2 + bytes.length);
  body[0] = code >> 8;
  body[1] = code;
  body.set(bytes, 2);
  return body;
}
