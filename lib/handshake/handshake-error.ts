// The one error of an opening handshake, on both sides.

import { CloseCode } from '../base/close-code.ts';
import { unchecked, WebSocketError } from '../base/websocket-error.ts';
import type { ResponseHead } from './head.ts';
import type { Refusal } from './refusal.ts';

/**
 * The opening handshake failed by the peer's fault, or the server's will. No Close frame is owed (RFC 6455
 * §7.1.7); the close code is 1006.
 */
export class HandshakeError extends WebSocketError {
  /**
   * The response that opened no WebSocket: on the client the one that came, on the server the one to send.
   * `undefined` when none could be read.
   */
  readonly response: Refusal | undefined;

  constructor(message: string, response?: Refusal, cause?: unknown) {
    super(message, unchecked({ closeCode: CloseCode.AbnormalClosure, cause }));
    this.response = response;
  }

  /** `'HandshakeError'`. */
  override get name(): string {
    return 'HandshakeError';
  }
}

/** The error of a client whose server gave an answer that opens no WebSocket, or none that can be read. */
export function failure(fault: string, response?: ResponseHead): HandshakeError {
  const refusal = response && { ...response, body: new Uint8Array() };
  return new HandshakeError(`RFC 6455 §4.1: ${fault}`, refusal);
}

/** The error of a transport that fails before the WebSocket is open; its message says what the cause's does. */
export function broken(
  cause: unknown,
  fault = 'the transport broke during the opening handshake',
): HandshakeError {
  const said = messageOf(cause);
  return new HandshakeError(said === '' ? fault : `${fault}: ${said}`, undefined, cause);
}

function messageOf(cause: unknown): string {
  // Node's error for a name with several addresses has no message of its own.
  if (cause instanceof AggregateError && cause.message === '') {
    return cause.errors.map(messageOf).filter(Boolean).join(', ');
  }
  return cause instanceof Error ? cause.message : '';
}
