// The close codes and reasons that the application passes and gets, shaped like those of the platform's WebSocketStream.

import { isWireCloseCode } from '../base/close-code.ts';
import { domException } from '../base/dom-exception.ts';
import { kind, type Settled, text } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { type CloseFrame, reportedCode } from '../connection/close-record.ts';

/** A close code and a reason, each optional. */
export interface CloseInfo {
  /** A code that may be sent: 1000 to 1003, 1007 to 1014, 3000 to 4999. Default: none, or 1000 if there is a reason. */
  readonly closeCode?: number | undefined;
  /** At most 123 bytes of UTF-8. Default: ''. */
  readonly reason?: string | undefined;
}

export const closeInfoOptions: OptionTable<Settled<CloseInfo, 'closeCode'>> = /* @__PURE__ */ new OptionTable(
  'close({ closeCode, reason })',
  () => ({ closeCode: kind('a number', value => typeof value === 'number'), reason: text('') }),
);

/** The code and reason of the peer's Close frame; the code is 1005 if the frame had none. */
export interface ClosedInfo {
  readonly closeCode: number;
  readonly reason: string;
}

/** Returns the code and reason of a received Close frame, with 1005 for no code. */
export function closedInfo(received: CloseFrame): ClosedInfo {
  return { closeCode: reportedCode({ received }), reason: received.reason };
}

/**
 * Returns the code and reason to send after an abort or a cancel: those of a WebSocketError of any class, otherwise none.
 * Leaves out a code that may not be sent.
 */
export function closeInfoOf(reason: unknown): CloseInfo {
  const error = reason as { name?: unknown; closeCode?: unknown; reason?: unknown } | null | undefined;
  if (error?.name !== 'WebSocketError' || typeof error.closeCode !== 'number') return {};
  if (!isWireCloseCode(error.closeCode)) return {};
  return { closeCode: error.closeCode, reason: fitting(error.reason) };
}

/** Returns the reason if it fits a Close frame, otherwise ''. */
function fitting(reason: unknown): string {
  return typeof reason === 'string' && new TextEncoder().encode(reason).length <= 123 ? reason : '';
}

/** Returns an InvalidStateError. Its `cause` is the peer's code and reason if a Close frame was received. */
export function invalidState(message: string, received?: CloseFrame): Error {
  if (received === undefined) return domException('InvalidStateError', message);
  const cause = closedInfo(received);
  const error = domException('InvalidStateError', `${message} (${inWords(cause)})`);
  // Not every platform's DOMException constructor takes a cause.
  return Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
}

/** Formats code and reason on one line, because messages end in logs. */
function inWords({ closeCode, reason }: ClosedInfo): string {
  return `${closeCode} ${JSON.stringify(reason).slice(1, -1)}`.trimEnd();
}
