// Messages in, their compressed payloads out (RFC 7692 §7.2.1). Knows nothing of frames.

import { BlockWriter } from './block-writer.ts';
import type { MessageDeflater } from './codec.ts';
import { Matcher } from './matcher.ts';
import { SymbolBuffer } from './symbol-buffer.ts';

/** What a stored block may hold, and so the most that any block stands for. */
const largestBlock = 65535;

/** The symbols of the block at work: every call that begins a block ends it, so one buffer serves all deflaters. */
const symbols = new SymbolBuffer();

/** The input of a block that began in an earlier part. */
const joined = new Uint8Array(largestBlock);
const none = new Uint8Array(0);

export class Deflater implements MessageDeflater {
  readonly #matcher: Matcher;
  readonly #writer: BlockWriter = new BlockWriter();
  #data: Uint8Array = none;
  #at = 0;
  #last = false;
  #done = true;

  constructor(windowBits: number) {
    this.#matcher = new Matcher(windowBits);
  }

  write(data: Uint8Array, last: boolean): void {
    this.#data = data;
    this.#at = 0;
    this.#last = last;
    this.#done = false;
  }

  read(): Uint8Array | undefined {
    while (!this.#done) {
      if (!this.#last && this.#data.length - this.#at <= this.#matcher.room) this.#keepForLater();
      else this.#writeBlock();
      const piece = this.#writer.take();
      if (piece.length > 0) return piece;
    }
    return undefined;
  }

  reset(): void {
    this.#matcher.reset();
  }

  /** Little parts wait for each other: a block of its own for each would cost more than it holds. */
  #keepForLater(): void {
    this.#matcher.take(this.#data, this.#at, this.#data.length);
    this.#end();
  }

  #writeBlock(): void {
    const matcher = this.#matcher;
    const data = this.#data;
    const early = matcher.unencodedBytes;
    const stop = Math.min(data.length, this.#at + largestBlock - early);
    let source = data;
    let start = this.#at;
    if (early > 0) {
      source = joined;
      start = 0;
      joined.set(matcher.unencoded);
      joined.set(data.subarray(this.#at, stop), early);
    }
    symbols.clear();
    let length = 0;
    do {
      this.#at += matcher.take(data, this.#at, stop);
      length += matcher.run(symbols, this.#last && this.#at === data.length);
    } while (this.#at < stop && !symbols.full);
    if (length > 0) this.#writer.write(symbols, source, start, length);
    if (this.#last && this.#at === data.length && matcher.unencodedBytes === 0) {
      this.#writer.finish();
      this.#end();
    }
  }

  #end(): void {
    this.#done = true;
    this.#data = none;
  }
}
