// A stream of node:zlib, driven by synchronous calls.

import type { DeflateRaw, InflateRaw } from 'node:zlib';

/**
 * Members of Node's streams that no documentation names. Node's own synchronous functions call them, and so does pngjs; Bun
 * has them as well. (In Deno 2.9 `run` cannot see that data are corrupt: the stream is destroyed in a later task.) The
 * documented functions keep no window from one call to the next.
 */
interface Internals {
  readonly _handle: {
    writeSync(
      flush: number,
      input: Uint8Array,
      inputStart: number,
      inputLength: number,
      output: Uint8Array,
      outputStart: number,
      outputLength: number,
    ): void;
  };
  /** How many bytes of the output, and of the input, the last call has left. */
  readonly _writeState: Uint32Array;
}

/** Compresses or decompresses when it is told to, on this thread, with a window that lives as long as the stream. */
export class ZlibStream {
  readonly #stream: (DeflateRaw | InflateRaw) & Internals;
  /** How many bytes of its input the last call has taken. */
  taken = 0;
  /** How many bytes the last call has written. */
  written = 0;

  /** @param stream - belongs to this object from now on */
  constructor(stream: DeflateRaw | InflateRaw) {
    this.#stream = stream as (DeflateRaw | InflateRaw) & Internals;
    // A failing stream destroys itself, which `run` reports; the event that follows would end the process.
    stream.on('error', () => {});
  }

  /** Works on `input` until it is taken or `output` is full. Returns false for corrupt data: then the stream is dead. */
  run(flush: number, input: Uint8Array, output: Uint8Array): boolean {
    const { _handle, _writeState } = this.#stream;
    _handle.writeSync(flush, input, 0, input.length, output, 0, output.length);
    this.written = output.length - _writeState[0]!;
    this.taken = input.length - _writeState[1]!;
    return !this.#stream.destroyed;
  }

  /** Empties the window. */
  reset(): void {
    this.#stream.reset();
  }
}
