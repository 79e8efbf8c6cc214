// What the application says about a close, in the shapes of the platform's WebSocketStream.

import { isWireCloseCode } from '../base/close-code.ts';

/** A close code and a reason, each optional. */
export interface CloseInfo {
  /** A code that may be sent: 1000 to 1003, 1007 to 1014, 3000 to 4999. Default: none; 1000 where there is a reason. */
  readonly closeCode?: number | undefined;
  /** At most 123 octets of UTF-8. Default: ''. */
  readonly reason?: string | undefined;
}

/** What the peer said, or the platform's 1005 where it said nothing. */
export interface ClosedInfo {
  readonly closeCode: number;
  readonly reason: string;
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

/** The platform's error for what can no longer be done. */
export function invalidState(message: string): Error {
  return new DOMException(message, 'InvalidStateError');
}
