// The one error that a peer can cause.

import { CloseCode } from './close-code.ts';

/** What a {@link WebSocketError} carries besides its message. */
export interface WebSocketErrorInit {
  /** The close code; `null` or absent where none was sent or received. With a reason it is then 1000. */
  readonly closeCode?: number | null | undefined;
  /** The reason as in a Close frame, at most 123 octets of UTF-8. */
  readonly reason?: string | undefined;
  /** What lay behind it, such as an error of the transport. */
  readonly cause?: unknown;
}

/**
 * The peer's fault, or an end without a closing handshake: the platform's `WebSocketError` with its name and its
 * fields. Browsers have a class of their own by that name: tell it by `name`, never by `instanceof`.
 */
export class WebSocketError extends Error {
  override readonly name: string = 'WebSocketError';
  /** The close code that this error stands for, such as 1002; `null`: none. */
  readonly closeCode: number | null;
  /** The reason that goes, or went, with the code. */
  readonly reason: string;

  constructor(message = '', init: WebSocketErrorInit = {}) {
    super(message, 'cause' in init ? { cause: init.cause } : undefined);
    this.reason = init.reason ?? '';
    this.closeCode = init.closeCode ?? (this.reason === '' ? null : CloseCode.NormalClosure);
  }
}

/**
 * The error for a peer that broke the law of `section`, such as `'RFC 6455 §5.4'`.
 *
 * @param reason - what is wrong; it goes to the peer in our Close frame, so it is constant ASCII under 124 octets
 * @param detail - numbers for our own side only
 */
export function violation(closeCode: number, section: string, reason: string, detail = ''): WebSocketError {
  return new WebSocketError(`${section}: ${reason}${detail && ` (${detail})`}`, { closeCode, reason });
}
