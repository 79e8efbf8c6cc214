// The only error of an opening handshake, on both sides.

import { CloseCode } from '../base/close-code.ts';
import { unchecked, WebSocketError } from '../base/websocket-error.ts';
import type { Refusal, ResponseHead } from './head.ts';

/** The reason of a {@link HandshakeError}, for programs. Messages may change, codes do not. */
export type HandshakeErrorCode =
  /** The opening took longer than `handshakeTimeoutMs`. */
  | 'ERR_HANDSHAKE_TIMEOUT'
  /** The transport could not be opened, failed or ended; `cause` is its error, if there is one. */
  | 'ERR_TRANSPORT'
  /** As a server: the request is not a valid WebSocket request. */
  | 'ERR_BAD_REQUEST'
  /** As a server: `origins` does not allow the page. */
  | 'ERR_ORIGIN_REFUSED'
  /** As a server: `authorize` has rejected the client. */
  | 'ERR_UNAUTHORIZED'
  /** As a client: the server answered with a status that does not open a WebSocket, such as 401 or 302. */
  | 'ERR_UNEXPECTED_STATUS'
  /** As a client: the response is malformed, or selects something that was not offered. */
  | 'ERR_BAD_RESPONSE'
  /** As a client: the server selected none of the offered subprotocols. */
  | 'ERR_NO_PROTOCOL'
  /** As a client: the server does not support WebSockets over HTTP/2. */
  | 'ERR_HTTP2_UNSUPPORTED';

/** The fields of a {@link HandshakeError} besides its message. */
export interface HandshakeErrorInit {
  readonly code: HandshakeErrorCode;
  /** The response that did not open the WebSocket. */
  readonly response?: Refusal | undefined;
  /** The underlying error, such as one of the transport. */
  readonly cause?: unknown;
}

/**
 * The opening handshake failed because of the peer, or the server rejected it. No Close frame follows (RFC 6455 §7.1.7); the
 * close code is 1006.
 */
export class HandshakeError extends WebSocketError {
  /**
   * The response that did not open the WebSocket: on a client the received one, on a server the one to send. `undefined` if
   * none could be read.
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

  /** The reason, for programs. */
  override get code(): HandshakeErrorCode {
    return this.#code;
  }
}

/** Returns the error of a client whose server has sent a response that does not open a WebSocket or cannot be read. */
export function failure(
  fault: string,
  response?: ResponseHead,
  code: HandshakeErrorCode = 'ERR_BAD_RESPONSE',
): HandshakeError {
  const refusal = response && { ...response, body: new Uint8Array() };
  return new HandshakeError(`RFC 6455 §4.1: ${fault}`, { code, response: refusal });
}

/** Returns the error for a transport that failed before the WebSocket was open, with the message of the cause. */
export function broken(
  cause: unknown,
  fault = 'the transport broke during the opening handshake',
): HandshakeError {
  const words = messageOf(cause);
  return new HandshakeError(words === '' ? fault : `${fault}: ${words}`, { code: 'ERR_TRANSPORT', cause });
}

/** Returns the error for an opening that has exceeded its time. */
export function tooLate(what = 'the opening handshake', response?: Refusal): HandshakeError {
  return new HandshakeError(`${what} took too long`, { code: 'ERR_HANDSHAKE_TIMEOUT', response });
}

function messageOf(cause: unknown): string {
  // Node's error for a name with several addresses has an empty message.
  if (cause instanceof AggregateError && cause.message === '') {
    return cause.errors.map(messageOf).filter(Boolean).join(', ');
  }
  return cause instanceof Error ? cause.message : '';
}
