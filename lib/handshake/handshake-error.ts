// The one error of an opening handshake, on both sides.

import { CloseCode } from '../base/close-code.ts';
import { unchecked, WebSocketError } from '../base/websocket-error.ts';
import type { Refusal, ResponseHead } from './head.ts';

/** What went wrong, for programs. The texts of messages may change, these do not. */
export type HandshakeErrorCode =
  /** The opening took longer than `handshakeTimeoutMs`. */
  | 'ERR_HANDSHAKE_TIMEOUT'
  /** The transport could not be opened, broke or ended; `cause` says why, if anything does. */
  | 'ERR_TRANSPORT'
  /** As a server: the request opens no WebSocket. */
  | 'ERR_BAD_REQUEST'
  /** As a server: `origins` does not admit the page. */
  | 'ERR_ORIGIN_REFUSED'
  /** As a server: `authorize` has refused the client. */
  | 'ERR_UNAUTHORIZED'
  /** As a client: the server answered with a status that opens no WebSocket, such as 401 or 302. */
  | 'ERR_UNEXPECTED_STATUS'
  /** As a client: the response is malformed, or agrees to something that was not offered. */
  | 'ERR_BAD_RESPONSE'
  /** As a client: the server chose none of the subprotocols that were offered. */
  | 'ERR_NO_PROTOCOL'
  /** As a client: the server does not take WebSockets over HTTP/2. */
  | 'ERR_HTTP2_UNSUPPORTED';

/** What a {@link HandshakeError} carries besides its message. */
export interface HandshakeErrorInit {
  readonly code: HandshakeErrorCode;
  /** The response that opened no WebSocket. */
  readonly response?: Refusal | undefined;
  /** The error behind it, such as one of the transport. */
  readonly cause?: unknown;
}

/**
 * The opening handshake failed by the peer's fault, or by the server's decision. No Close frame follows (RFC 6455
 * §7.1.7); the close code is 1006.
 */
export class HandshakeError extends WebSocketError {
  /**
   * The response that opened no WebSocket: on the client the one that came, on the server the one to send.
   * `undefined` when none could be read.
   */
  readonly response: Refusal | undefined;
  readonly #code: HandshakeErrorCode;

  constructor(message: string, { code, response, cause }: HandshakeErrorInit) {
    super(message, unchecked({ closeCode: CloseCode.AbnormalClosure, cause }));
    this.response = response;
    this.#code = code;
  }

  /** `'HandshakeError'`. */
  override get name(): string {
    return 'HandshakeError';
  }

  /** What went wrong, for programs. */
  override get code(): HandshakeErrorCode {
    return this.#code;
  }
}

/** Returns the error of a client whose server gave an answer that opens no WebSocket, or none that can be read. */
export function failure(
  fault: string,
  response?: ResponseHead,
  code: HandshakeErrorCode = 'ERR_BAD_RESPONSE',
): HandshakeError {
  const refusal = response && { ...response, body: new Uint8Array() };
  return new HandshakeError(`RFC 6455 §4.1: ${fault}`, { code, response: refusal });
}

/** Returns the error of a transport that fails before the WebSocket is open, with the words of the cause. */
export function broken(
  cause: unknown,
  fault = 'the transport broke during the opening handshake',
): HandshakeError {
  const words = messageOf(cause);
  return new HandshakeError(words === '' ? fault : `${fault}: ${words}`, { code: 'ERR_TRANSPORT', cause });
}

/** Returns the error of an opening that has used up its time. */
export function tooLate(what = 'the opening handshake', response?: Refusal): HandshakeError {
  return new HandshakeError(`${what} took too long`, { code: 'ERR_HANDSHAKE_TIMEOUT', response });
}

function messageOf(cause: unknown): string {
  // Node's error for a name with several addresses has no message of its own.
  if (cause instanceof AggregateError && cause.message === '') {
    return cause.errors.map(messageOf).filter(Boolean).join(', ');
  }
  return cause instanceof Error ? cause.message : '';
}
