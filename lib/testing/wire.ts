// One direction of a connection in memory: written bytes can be read in a later task.

import { nextTask } from '../streams/next-task.ts';
import { ReadableStream, WritableStream } from '../streams/platform.ts';

/** Called when one end of a wire is aborted or cancelled. */
export interface WireEnds {
  readonly onAbort: (reason: unknown) => void;
  readonly onCancel: (reason: unknown) => void;
}

/** Buffers `capacity` bytes: a write settles when at most this many are unread. The reader gets copies. */
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

  /** Fails the readable end. Unread bytes are lost. */
  failReader(reason: unknown): void {
    this.#break();
    this.#source.error(reason);
  }

  /** Fails the writable end. Unread bytes are lost. */
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
        const error = new TypeError('chunk must be a Uint8Array');
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

  /** Copies the bytes as late as possible, so that tests notice a writer that reuses its buffer too early. */
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
