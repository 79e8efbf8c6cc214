// The record of how a connection ended: RFC 6455 §7.1.4 to 7.1.7.

import { CloseCode } from '../base/close-code.ts';
import { encodeCloseBody } from '../events/close-body.ts';
import type { CloseFrame } from '../events/send-scheduler.ts';

export type { CloseFrame };

/** How a connection ended. A Close frame that is `undefined` was not sent or not received. */
export interface CloseRecord {
  /** The Close frame that we sent. */
  readonly sent: CloseFrame | undefined;
  /** The peer's first Close frame. */
  readonly received: CloseFrame | undefined;
  /**
   * The side that sent the first Close frame or caused the first failure. `undefined` if neither did: the transport
   * failed.
   */
  readonly initiator: 'local' | 'remote' | undefined;
  /** True if both sides sent a Close frame (RFC 6455 §7.1.4). */
  readonly wasClean: boolean;
  /** True if we failed the connection (§7.1.7): the peer broke a rule, exceeded a limit, or was silent for too long. */
  readonly failed: boolean;
  /** True if a message that `send` had accepted was not sent, or not sent whole. */
  readonly lost: boolean;
  /**
   * True if messages from the peer were dropped, because they came after our Close and did not fit the socket's look-ahead.
   * Messages that the application has asked to drop do not count. A `Connection` drops none itself.
   */
  readonly messagesDropped: boolean;
  /** The reason for a failure: an error of the transport, or a violation by the peer. */
  readonly cause: unknown;
}

/**
 * Returns a Close frame with the fields that its bytes will carry: a reason without a code gets 1000.
 *
 * @throws TypeError and RangeError as {@link encodeCloseBody}
 */
export function closeFrame(closeCode: number | undefined, reason: string): CloseFrame {
  const body = encodeCloseBody(closeCode, reason);
  return { closeCode: body.length === 0 ? undefined : body[0]! * 256 + body[1]!, reason };
}

/** Returns the code to report: the peer's, 1005 if its Close frame had none, 1006 if it sent no Close frame. */
export function reportedCode({ received }: Pick<CloseRecord, 'received'>): number {
  if (received === undefined) return CloseCode.AbnormalClosure;
  return received.closeCode ?? CloseCode.NoStatusReceived;
}
