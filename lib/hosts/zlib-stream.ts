// Drives a stream of node:zlib by synchronous calls.

import type { DeflateRaw, InflateRaw } from 'node:zlib';

/**
 * Undocumented members of Node's streams, because the documented functions keep no window from one call to the next. Node's
 * own synchronous functions use them, and so does pngjs; Bun has them as well. (In Deno 2.9 `run` does not notice corrupt
 * data, because the stream is destroyed in a later task.)
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
  /** The unused bytes of the output and of the input after the last call. */
  readonly _writeState: Uint32Array;
}

/** Compresses or decompresses synchronously, with a window that lives as long as the stream. */
export class ZlibStream {
  readonly #stream: (DeflateRaw | InflateRaw) & Internals;
  /** The number of input bytes that the last call has taken. */
  taken = 0;
  /** The number of bytes that the last call has written. */
  written = 0;

  /** @param stream - the stream, which this object owns from now on */
  constructor(stream: DeflateRaw | InflateRaw) {
    this.#stream = stream as (DeflateRaw | InflateRaw) & Internals;
    // A failing stream destroys itself, which `run` reports. Without a listener the 'error' event would end the process.
    stream.on('error', () => {});
  }

  /** Processes `input` until it is taken or `output` is full. Returns false for corrupt data, which ends the stream. */
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
