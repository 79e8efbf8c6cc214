// Two ends of a connection in memory, with the manners of a network: a task between write and read, a buffer that
// fills, half-close, and resets that lose what is on the way.

import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { nextTask } from '../streams/next-task.ts';
import { Wire } from './wire.ts';

/** How the two ends of a {@link duplexPair} are connected. */
export interface DuplexPairOptions {
  /**
   * How many bytes each direction holds: a write settles when no more than these are unread. 0: every byte has to be
   * read; `Infinity`: a write settles at once. Default 64 KiB.
   */
  readonly capacityBytes?: number | undefined;
}

/** One end of a connection in memory. */
export interface TestDuplex extends ByteDuplex {
  /** Breaks the connection: this end fails with the reason, the other end learns of a reset a task later. */
  reset(reason?: unknown): void;
}

/**
 * A pair of byte streams, each the other's peer. `close()` of a writable ends the other's readable and leaves the way
 * back open. `abort()` and `cancel()` reset the whole connection: unread bytes are lost, and every stream that has not
 * ended fails. Bytes are copied when they are read: nothing that is delivered shares memory with what was written.
 *
 * @throws RangeError when the capacity is negative or no number
 */
export function duplexPair(options: DuplexPairOptions = {}): [TestDuplex, TestDuplex] {
  const { capacityBytes = 65536 } = options;
  if (!(typeof capacityBytes === 'number' && capacityBytes >= 0))
    throw new RangeError(`capacityBytes must be 0 or more (got ${capacityBytes})`);
  const resetLeft = (reason: unknown) => reset(reason, { sent: forth, received: back });
  const resetRight = (reason: unknown) => reset(reason, { sent: back, received: forth });
  const forth = new Wire(capacityBytes, { onAbort: resetLeft, onCancel: resetRight });
  const back = new Wire(capacityBytes, { onAbort: resetRight, onCancel: resetLeft });
  return [
    { readable: back.readable, writable: forth.writable, reset: resetLeft },
    { readable: forth.readable, writable: back.writable, reset: resetRight },
  ];
}

function reset(reason: unknown, { sent, received }: { sent: Wire; received: Wire }): void {
  sent.failWriter(reason);
  received.failReader(reason);
  void nextTask().then(() => {
    const news = new Error('the other side reset the connection', { cause: reason });
    sent.failReader(news);
    received.failWriter(news);
  });
}
