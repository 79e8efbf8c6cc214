// Turns a thrown value into the error that fails the connection: RFC 6455 §7.1.7, 7.4.1.

import { CloseCode } from '../base/close-code.ts';
import { WebSocketError } from '../base/websocket-error.ts';

/** Returns a `WebSocketError` as it is; wraps anything else, such as an allocation failure, in one with code 1011. */
export function failureOf(error: unknown): WebSocketError {
  if (error instanceof WebSocketError) return error;
  const reason = 'internal error';
  const code = 'ERR_INTERNAL';
  const words = error instanceof Error ? `${reason}: ${error.message}` : reason;
  return WebSocketError.of(words, { closeCode: CloseCode.InternalError, reason, code, cause: error });
}
