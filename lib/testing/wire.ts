// One direction of a connection in memory: bytes written here are read there, in a later task.

import { nextTask } from '../streams/next-task.ts';
import { ReadableStream, WritableStream } from '../streams/platform.ts';

/** What becomes of the connection when one end of a wire breaks off. */
export interface WireEnds {
  readonly onAbort: (reason: unknown) => void;
  readonly onCancel: (reason: unknown) => void;
}

/** Holds `capacity` bytes: a write settles when no more than these are unread. The reader gets copies. */
export class Wire {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly #capacity: number;
  readonly #chunks: Uint8Array[] = [];
  #unread = 0;
  #readWaits = false;
  #state: 'open' | 'ended' | 'broken' = 'open';
  #settleWrite = (): void => {};
  #source!: ReadableStreamDefaultController<Uint8Array>;
  #sink!: WritableStreamDefaultController;

  constructor(capacity: number, ends: WireEnds) {
    this.#capacity = capacity;
    this.readable = this.#makeReadable(ends);
    this.writable = this.#makeWritable(ends);
  }

  /** The reader's end fails; what it has not read is lost. */
  failReader(reason: unknown): void {
    this.#break();
    this.#source.error(reason);
  }

  /** The writer's end fails; what is on the way is lost. */
  failWriter(reason: unknown): void {
    this.#break();
    this.#sink.error(reason);
  }

  #makeReadable({ onCancel }: WireEnds): ReadableStream<Uint8Array> {
    return new ReadableStream(
      {
        start: controller => void (this.#source = controller),
        pull: () => {
          this.#readWaits = true;
          this.#deliver();
        },
        cancel: onCancel,
      },
      { highWaterMark: 0 },
    );
  }

  #makeWritable({ onAbort }: WireEnds): WritableStream<Uint8Array> {
    return new WritableStream({
      start: controller => {
        this.#sink = controller;
        controller.signal.addEventListener('abort', () => this.#break());
      },
      write: async chunk => {
        if (chunk instanceof Uint8Array) return this.#write(chunk);
        const error = new TypeError('a byte stream takes Uint8Array and nothing else');
        onAbort(error);
        throw error;
      },
      close: () => this.#end(),
      abort: onAbort,
    });
  }

  async #write(chunk: Uint8Array): Promise<void> {
    await nextTask();
    if (chunk.length > 0) this.#chunks.push(chunk);
    this.#unread += chunk.length;
    this.#deliver();
    if (this.#state === 'open' && this.#unread > this.#capacity) {
      await new Promise<void>(resolve => {
        this.#settleWrite = resolve;
      });
    }
  }

  async #end(): Promise<void> {
    await nextTask();
    if (this.#state === 'open') this.#state = 'ended';
    this.#deliver();
  }

  #deliver(): void {
    if (this.#state === 'broken') return;
    if (this.#readWaits && this.#chunks.length > 0) this.#deliverChunk(this.#chunks.shift()!);
    if (this.#state === 'ended' && this.#chunks.length === 0) this.#source.close();
  }

  /** Copied no earlier, so that a writer who uses its buffer again too soon is found out. */
  #deliverChunk(chunk: Uint8Array): void {
    this.#readWaits = false;
    this.#unread -= chunk.length;
    this.#source.enqueue(new Uint8Array(chunk));
    if (this.#unread <= this.#capacity) this.#settleWrite();
  }

  #break(): void {
    this.#state = 'broken';
    this.#settleWrite();
  }
}
