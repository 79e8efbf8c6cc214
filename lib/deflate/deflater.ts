// Compresses messages (RFC 7692 §7.2.1).

import { BlockWriter } from './block-writer.ts';
import type { DeflaterOptions, MessageDeflater } from './codec.ts';
import { Matcher, matcherBytes } from './matcher.ts';
import { SymbolBuffer } from './symbol-buffer.ts';

/** The most bytes of a stored block, and so the most that any block represents. */
const largestBlock = 65535;

/** The symbols of the current block. Every call that starts a block ends it, so all deflaters share one buffer. */
const symbols = new SymbolBuffer();

/** The input of a block that started in an earlier part. */
const joined = new Uint8Array(largestBlock);

/** Matchers that are reused by the next connection, because nothing is kept between messages without takeover. */
const idleMatchers: (Matcher | undefined)[] = [];

/** Returns the memory of a deflater in bytes. */
export function deflaterBytes(windowBits: number): number {
  return matcherBytes(windowBits);
}

/**
 * Compresses messages. A call takes a few milliseconds at most, because it ends the block that it starts, and a block
 * represents at most 64 KiB.
 *
 * Nothing is allocated before the first message, and nothing for each message. A deflater holds 136 KiB with a window of 15
 * bits, 32 KiB with 12, 3 KiB with 8. Without takeover all connections share one such memory, and a second one if two
 * messages are being compressed at the same time.
 */
export class Deflater implements MessageDeflater {
  readonly #options: DeflaterOptions;
  readonly #writer: BlockWriter = new BlockWriter();
  #matcher: Matcher | undefined;
  /** The current part; `undefined` when all of it has been taken and, if it is the last, encoded. */
  #part: Uint8Array | undefined;
  #at = 0;
  #last = false;

  constructor(options: DeflaterOptions) {
    this.#options = options;
  }

  write(data: Uint8Array, last: boolean): void {
    this.#matcher ??= takeMatcher(this.#options);
    this.#matcher.prepare(data.length);
    this.#part = data;
    this.#at = 0;
    this.#last = last;
  }

  read(): Uint8Array | undefined {
    while (this.#part !== undefined) {
      if (!this.#last && this.#part.length - this.#at <= this.#matcher!.room) this.#keepForLater(this.#part);
      else this.#writeBlock(this.#matcher!, this.#part);
      const piece = this.#writer.take();
      if (piece.length > 0) return piece;
    }
    return undefined;
  }

  reset(): void {
    this.#matcher?.reset();
  }

  /** Keeps a small part for the next one, because a block for each would have more overhead than content. */
  #keepForLater(data: Uint8Array): void {
    this.#matcher!.take(data, this.#at, data.length);
    this.#part = undefined;
  }

  #writeBlock(matcher: Matcher, data: Uint8Array): void {
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
    if (this.#last && this.#at === data.length && matcher.unencodedBytes === 0) this.#endMessage(matcher);
  }

  #endMessage(matcher: Matcher): void {
    this.#writer.finish();
    this.#part = undefined;
    if (this.#options.contextTakeover) return;
    matcher.reset();
    idleMatchers[this.#options.windowBits] = matcher;
    this.#matcher = undefined;
  }
}

function takeMatcher({ windowBits, contextTakeover }: DeflaterOptions): Matcher {
  const idle = contextTakeover ? undefined : idleMatchers[windowBits];
  if (idle === undefined) return new Matcher(windowBits);
  idleMatchers[windowBits] = undefined;
  return idle;
}
