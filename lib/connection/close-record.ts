// How a connection came to its end: RFC 6455 §7.1.4 to 7.1.7.

import { CloseCode } from '../base/close-code.ts';
import { encodeCloseBody } from '../events/close-body.ts';
import type { CloseFrame } from '../events/send-scheduler.ts';

export type { CloseFrame };

/** The whole story of an end. Fields that are `undefined` have not happened. */
export interface CloseRecord {
  /** Our Close frame, as it left. */
  readonly sent: CloseFrame | undefined;
  /** The peer's first Close frame. */
  readonly received: CloseFrame | undefined;
  /**
   * Who began: the first Close frame, or the first failure, was ours or the peer's. `undefined`: neither, the transport
   * broke.
   */
  readonly initiator: 'local' | 'remote' | undefined;
  /** Whether both Close frames passed (RFC 6455 §7.1.4). */
  readonly wasClean: boolean;
  /** Whether we failed the connection (§7.1.7): the peer broke a rule or a limit, or was silent for too long. */
  readonly failed: boolean;
  /** Whether messages were dropped that had been accepted and had not wholly left. */
  readonly lost: boolean;
  /** What broke the connection, such as an error of the transport or a violation by the peer. */
  readonly cause: unknown;
}

/**
 * A Close frame to send, as its octets will say it: a reason without a code gets 1000.
 *
 * @throws TypeError and RangeError as {@link encodeCloseBody}
 */
export function closeFrame(closeCode: number | undefined, reason: string): CloseFrame {
  const body = encodeCloseBody(closeCode, reason);
  return { closeCode: body.length === 0 ? undefined : body[0]! * 256 + body[1]!, reason };
}

/** The code that the platform reports for a record: the peer's, 1005 where its Close had none, 1006 without one. */
export function reportedCode({ received }: Pick<CloseRecord, 'received'>): number {
  if (received === undefined) return CloseCode.AbnormalClosure;
  return received.closeCode ?? CloseCode.NoStatusReceived;
}
