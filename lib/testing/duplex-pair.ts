// Two ends of a connection in memory that behave like a network: a task between write and read, a limited buffer, half-close,
// and resets that lose unread bytes.

import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { nextTask } from '../streams/next-task.ts';
import { Wire } from './wire.ts';

/** The options of a {@link duplexPair}. */
export interface DuplexPairOptions {
  /**
   * The number of bytes that each direction buffers: a write settles when at most this many are unread. With 0 every byte must
   * be read first; with `Infinity` a write settles at once. Default: 64 KiB.
   */
  readonly capacityBytes?: number | undefined;
}

/** One end of a connection in memory. */
export interface TestDuplex extends ByteDuplex {
  /** Breaks the connection: this end fails with the reason, the other end fails with a reset in a later task. */
  reset(reason?: unknown): void;
}

/**
 * Returns two connected duplexes of bytes. `close()` of a writable ends the readable of the other end and leaves the opposite
 * direction open. `abort()` and `cancel()` reset the whole connection: unread bytes are lost, and every stream that has not
 * ended fails. Bytes are copied when they are read, so delivered chunks share no memory with written ones.
 *
 * @throws RangeError if the capacity is negative or not a number
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
