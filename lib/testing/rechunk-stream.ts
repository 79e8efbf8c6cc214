// A transform stream that cuts bytes into other chunks, and can end or fail after a number of bytes.

import type { Stage } from '../base/stage.ts';
import { nextTask } from '../streams/next-task.ts';
import { ReadableStream, type WritableStream } from '../streams/platform.ts';
import { StageStream } from '../streams/stage-stream.ts';
import { concatenated } from './rechunk.ts';

/** The options of a {@link RechunkStream}. */
export interface RechunkStreamOptions {
  /** The number of bytes after which the stream ends and its source is cancelled. Default: `Infinity`. */
  readonly endAt?: number | undefined;
  /** The error with which the stream fails at `endAt`. Default: it ends. */
  readonly failure?: unknown;
}

/** The number of tasks without a chunk that count as silence. */
const quietTasks = 4;

/**
 * Cuts a live stream of bytes into chunks of the given lengths. If the source falls silent, the bytes so far are a shorter
 * chunk, so that a conversation does not stall.
 */
export class RechunkStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #lengths: Iterator<number>;
  readonly #failure: unknown;
  #reading: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
  #held = new Uint8Array(0);
  /** The number of bytes that may still pass. */
  #left: number;

  constructor(lengths: Iterable<number>, options: RechunkStreamOptions = {}) {
    const source = new StageStream(passage());
    this.#reader = source.readable.getReader();
    this.#lengths = lengths[Symbol.iterator]();
    this.#failure = options.failure;
    this.#left = options.endAt ?? Infinity;
    this.writable = source.writable;
    this.readable = new ReadableStream(
      { pull: controller => this.#pull(controller), cancel: reason => this.#reader.cancel(reason) },
      { highWaterMark: 0 },
    );
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#left === 0) return this.#breakOff(controller);
    const { value = Infinity } = this.#lengths.next();
    const length = Math.min(value, this.#left);
    await this.#gather(length);
    if (this.#held.length === 0 && length > 0) return controller.close();
    const chunk = this.#held.slice(0, length);
    this.#held = this.#held.subarray(chunk.length);
    this.#left -= chunk.length;
    controller.enqueue(chunk);
  }

  /** Collects `length` bytes, or fewer if the source falls silent or ends. */
  async #gather(length: number): Promise<void> {
    while (this.#held.length < length) {
      this.#reading ??= this.#reader.read();
      if (this.#held.length > 0 && !(await arrivesSoon(this.#reading))) return;
      const { value, done } = await this.#reading;
      if (done) return;
      this.#reading = undefined;
      this.#held = concatenated([this.#held, value]);
    }
  }

  #breakOff(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#failure === undefined) controller.close();
    else controller.error(this.#failure);
    return this.#reader.cancel(this.#failure);
  }
}

/** Returns true if the promise is fulfilled before a silence. A failure waits until the collected bytes have passed. */
async function arrivesSoon(reading: Promise<unknown>): Promise<boolean> {
  const arrival = reading.then(
    () => true,
    () => false,
  );
  return Promise.race([arrival, silence()]);
}

async function silence(): Promise<false> {
  for (let tasks = 0; tasks < quietTasks; tasks++) await nextTask();
  return false;
}

/** Returns a stage that passes every chunk on. */
function passage(): Stage<Uint8Array, Uint8Array> {
  let held: Uint8Array | undefined;
  return {
    write(chunk) {
      held = chunk;
    },
    read() {
      const out = held;
      held = undefined;
      return out;
    },
    close() {},
  };
}
