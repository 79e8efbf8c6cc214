// Compresses messages by a function that compresses slices (RFC 7692 §7.2.1).

import { ByteCollector } from '../bytes/byte-collector.ts';
import { RecentBytes } from '../bytes/recent-bytes.ts';
import type { DeflaterOptions, MessageDeflater } from './codec.ts';
import type { DeflateFunction } from './deflate-functions.ts';

/** The size of the slices in which a message is compressed. */
const sliceBytes = 65_536;

const tail = [0x00, 0x00, 0xff, 0xff];

/** The start of an empty stored block without its tail. */
const emptySlice: Uint8Array = Uint8Array.of(0);

/** Returns the most memory of a deflater in bytes: the window twice, and a slice. */
export function dictionaryDeflaterBytes(windowBits: number): number {
  return 2 ** (windowBits + 1) + sliceBytes;
}

/** Compresses messages with a stateless function, which gets the bytes before each slice as a dictionary. */
export class DictionaryDeflater implements MessageDeflater {
  readonly #deflate: DeflateFunction;
  readonly #options: DeflaterOptions;
  readonly #window: RecentBytes;
  /** Small parts that have not filled a slice yet. */
  readonly #pending = new ByteCollector();
  /** The current part. */
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
    const count = Math.min(part.length, sliceBytes - this.#pending.length);
    const taken = part.subarray(0, count);
    const ends = this.#last && count === part.length;
    this.#part = count < part.length ? part.subarray(count) : undefined;
    if (!ends && this.#pending.length + count < sliceBytes) {
      this.#pending.append(taken);
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
    if (this.#pending.length === 0) return taken;
    this.#pending.append(taken);
    return this.#pending.take();
  }

  #compress(slice: Uint8Array, ends: boolean): Uint8Array {
    if (slice.length === 0) return emptySlice;
    const { windowBits } = this.#options;
    const dictionary = this.#window.bytes;
    const blocks = this.#deflate(slice, { windowBits, ...(dictionary.length > 0 && { dictionary }) });
    const end = blocks.length - tail.length;
    if (!tail.every((byte, i) => blocks[end + i] === byte))
      throw new Error('deflate must end its output with an empty stored block (RFC 7692 §7.2.1)');
    this.#window.append(slice);
    return ends ? blocks.subarray(0, end) : blocks;
  }
}
