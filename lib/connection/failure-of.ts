// What a connection fails of when something throws: RFC 6455 §7.1.7, 7.4.1.

import { CloseCode } from '../base/close-code.ts';
import { WebSocketError } from '../base/websocket-error.ts';

/** The error itself where it is one of the protocol, else 1011: not the peer's fault, such as memory that runs out. */
export function failureOf(error: unknown): WebSocketError {
  if (error instanceof WebSocketError) return error;
  const reason = 'internal error';
  return WebSocketError.of(reason, { closeCode: CloseCode.InternalError, reason, cause: error });
}
