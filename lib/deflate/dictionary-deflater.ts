// Messages in, their compressed payloads out, by a function that compresses slices (RFC 7692 §7.2.1).

import { ByteCollector } from '../bytes/byte-collector.ts';
import { RecentBytes } from '../bytes/recent-bytes.ts';
import type { DeflaterOptions, MessageDeflater } from './codec.ts';
import type { DeflateFunction } from './deflate-functions.ts';

/** A message is compressed in slices of so many bytes. */
const sliceBytes = 65_536;

const tail = [0x00, 0x00, 0xff, 0xff];

/** The head of an empty stored block: its rest is the tail. */
const emptySlice: Uint8Array = Uint8Array.of(0);

/** Returns how much memory a deflater holds at most: the window twice, and a slice. */
export function dictionaryDeflaterBytes(windowBits: number): number {
  return 2 ** (windowBits + 1) + sliceBytes;
}

/** Compresses messages with a function that knows nothing of them: it is told the bytes before each slice. */
export class DictionaryDeflater implements MessageDeflater {
  readonly #deflate: DeflateFunction;
  readonly #options: DeflaterOptions;
  readonly #window: RecentBytes;
  /** What small parts have brought; it waits for a slice to be full. */
  readonly #waiting = new ByteCollector();
  /** The part at work. */
  #part: Uint8Array | undefined;
  #last = false;

  constructor(deflate: DeflateFunction, options: DeflaterOptions) {
    this.#deflate = deflate;
    this.#options = options;
    this.#window = new RecentBytes(2 ** options.windowBits);
  }

  write(data: Uint8Array, last: boolean): void {
    this.#part = data;
    this.#last = last;
  }

  read(): Uint8Array | undefined {
    const part = this.#part;
    if (part === undefined) return undefined;
    const count = Math.min(part.length, sliceBytes - this.#waiting.length);
    const taken = part.subarray(0, count);
    const ends = this.#last && count === part.length;
    this.#part = count < part.length ? part.subarray(count) : undefined;
    if (!ends && this.#waiting.length + count < sliceBytes) {
      this.#waiting.append(taken);
      return undefined;
    }
    const piece = this.#compress(this.#joined(taken), ends);
    if (ends && !this.#options.contextTakeover) this.reset();
    return piece;
  }

  reset(): void {
    this.#window.clear();
  }

  #joined(taken: Uint8Array): Uint8Array {
    if (this.#waiting.length === 0) return taken;
    this.#waiting.append(taken);
    return this.#waiting.take();
  }

  #compress(slice: Uint8Array, ends: boolean): Uint8Array {
    if (slice.length === 0) return emptySlice;
    const { windowBits } = this.#options;
    const dictionary = this.#window.bytes;
    const blocks = this.#deflate(slice, { windowBits, ...(dictionary.length > 0 && { dictionary }) });
    const end = blocks.length - tail.length;
    if (!tail.every((byte, i) => blocks[end + i] === byte))
      throw new Error('deflate must return blocks that end with an empty stored one (RFC 7692 §7.2.1)');
    this.#window.append(slice);
    return ends ? blocks.subarray(0, end) : blocks;
  }
}
