// Converts and validates the platform's WebSocketCloseInfo: a close code and a reason, by WebIDL and by the WebSockets
// standard ("validate close code and reason").

import { domException } from './dom-exception.ts';
import { dictionary, enforcedShort } from './web-idl.ts';

/** A code that an application may send on the platform, and its reason. */
export interface CloseDictionary {
  /** 1000, or 3000 to 4999; `undefined`: none. */
  readonly closeCode: number | undefined;
  /** At most 123 bytes of UTF-8, without lone surrogates. */
  readonly reason: string;
}

const maxReasonBytes = 123;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Converts and validates a WebSocketCloseInfo.
 *
 * @throws TypeError if it is not an object, `undefined` or `null`, or if the code is not a 16-bit integer
 * @throws DOMException like {@link validCloseInfo}
 */
export function closeDictionary(value: unknown): CloseDictionary {
  const { closeCode, reason } = dictionary('closeInfo', value);
  const code = closeCode === undefined ? undefined : enforcedShort('closeCode', closeCode);
  return validCloseInfo(code, reason === undefined ? '' : `${reason}`);
}

/**
 * Validates a code and a reason.
 *
 * @throws DOMException InvalidAccessError for a code other than 1000 and 3000 to 4999; SyntaxError for a reason longer
 * than 123 bytes of UTF-8
 */
export function validCloseInfo(closeCode: number | undefined, reason: string): CloseDictionary {
  if (closeCode !== undefined && closeCode !== 1000 && !(closeCode >= 3000 && closeCode <= 4999)) {
    const message = `closeCode must be 1000 or from 3000 to 4999 (got ${closeCode})`;
    throw domException('InvalidAccessError', message);
  }
  if (reason === '') return { closeCode, reason };
  const bytes = encoder.encode(reason);
  if (bytes.length > maxReasonBytes) {
    const message = `reason must be at most ${maxReasonBytes} bytes of UTF-8 (got ${bytes.length})`;
    throw domException('SyntaxError', message);
  }
  return { closeCode, reason: decoder.decode(bytes) };
}
