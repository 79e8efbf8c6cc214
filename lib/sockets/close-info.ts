// What the application says about a close and is told of one, in the shapes of the platform's WebSocketStream.

import { isWireCloseCode } from '../base/close-code.ts';
import { domException } from '../base/dom-exception.ts';
import { kind, type Settled, text } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { type CloseFrame, reportedCode } from '../connection/close-record.ts';

/** A close code and a reason, each optional. */
export interface CloseInfo {
  /** A code that may be sent: 1000 to 1003, 1007 to 1014, 3000 to 4999. Default: none; 1000 where there is a reason. */
  readonly closeCode?: number | undefined;
  /** At most 123 octets of UTF-8. Default: ''. */
  readonly reason?: string | undefined;
}

export const closeInfoOptions: OptionTable<Settled<CloseInfo, 'closeCode'>> = /* @__PURE__ */ new OptionTable(
  'close({ closeCode, reason })',
  () => ({ closeCode: kind('a number', value => typeof value === 'number'), reason: text('') }),
);

/** What the peer said, or the platform's 1005 where it said nothing. */
export interface ClosedInfo {
  readonly closeCode: number;
  readonly reason: string;
}

/** What the peer's Close says, as the platform tells it. */
export function closedInfo(received: CloseFrame): ClosedInfo {
  return { closeCode: reportedCode({ received }), reason: received.reason };
}

/**
 * What an abort or a cancel says to the peer: the code and reason of a WebSocketError, of whichever class, and else
 * nothing. A code that may not be sent is left out.
 */
export function closeInfoOf(reason: unknown): CloseInfo {
  const error = reason as { name?: unknown; closeCode?: unknown; reason?: unknown } | null | undefined;
  if (error?.name !== 'WebSocketError' || typeof error.closeCode !== 'number') return {};
  if (!isWireCloseCode(error.closeCode)) return {};
  return { closeCode: error.closeCode, reason: fitting(error.reason) };
}

/** The reason if it fits a Close frame, else nothing. */
function fitting(reason: unknown): string {
  return typeof reason === 'string' && new TextEncoder().encode(reason).length <= 123 ? reason : '';
}

/** The platform's error for what can no longer be done; the peer's Close, where one has come, is its `cause`. */
export function invalidState(message: string, received?: CloseFrame): Error {
  if (received === undefined) return domException('InvalidStateError', message);
  const cause = closedInfo(received);
  const error = domException('InvalidStateError', `${message} (${inWords(cause)})`);
  // The constructor takes no cause on every platform.
  return Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
}

/** On one line, whatever the reason holds: messages end in logs. */
function inWords({ closeCode, reason }: ClosedInfo): string {
  return `${closeCode} ${JSON.stringify(reason).slice(1, -1)}`.trimEnd();
}
