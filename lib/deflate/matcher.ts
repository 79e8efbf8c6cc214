// Bytes in, literals and matches out: LZ77 over a sliding window, with hash chains and lazy matching. Knows nothing
// of codes and blocks.

import { touchMemory } from '../bytes/touch-memory.ts';
import type { SymbolBuffer } from './symbol-buffer.ts';
import { longestMatch } from './symbols.ts';

/** How many candidates are tried for a first match: half of zlib's level 6. */
const longestChain = 64;
/** From a match this long on, a quarter of the candidates that are left is let go for each better one. */
const goodLength = 8;
/** A match this long is taken without a look at the next position. */
const lazyLength = 12;
/** Of a longer match only so many bytes at both ends enter the chains: a tenth of the time on records that are alike. */
const sparseLength = 32;
const enteredEnds = 12;
/** When a match is this long, no better one is looked for. */
const niceLength = 64;

/**
 * The number of positions in a row without a match after which the matcher passes over one more position before each search.
 * 64 KiB of noise then take a fifth of the time (Node 20); data that can be compressed rarely have such a row.
 */
const missesPerSkip = 64;
/** The number of positions to pass over from which on it varies. */
const steadySkip = 8;

/** So much must lie ahead before a position is looked at, unless the input ends: a match there and one behind it. */
const lookahead = longestMatch + 4;

/**
 * Shorter matches are not looked for, though DEFLATE knows them from three bytes on: hashing four halves the time on
 * numbers, and the ratio gains, since literals are cheaper than most far matches of three.
 */
const shortestMatch = 4;

/** Knuth's multiplicative hash: 2^32 divided by the golden ratio. */
const hashFactor = 0x9e3779b1;

/** Comparing reads four bytes at a time, so the last read may begin at the last byte. */
const slack = 4;

/** More bytes to a hash chain make it longer, more chains cost memory. */
const hashBits = (windowBits: number): number => Math.min(windowBits + 1, 14);

/** Bytes that have their place behind the window: more make sliding rare. */
const roomBytes = (windowBits: number): number => Math.min(Math.max(1 << windowBits, 768), 8192);

/**
 * For so many bytes it pays to touch the memory of a matcher first, if another one was at work: a message of 128 bytes takes
 * half of the time then, one of 1 KiB a quarter (64 connections in turn, JSON, Node 20).
 */
const touchedFromBytes = 64;

/** With less history the chains are short. */
const touchedFromHistory = 1024;

/** How many matchers there have been; the number of each is its identity. */
let matchers = 0;
/** The matcher that was last at work on more than a few bytes: its memory is in the processor's caches. */
let latestMatcher = 0;

/** How much memory a matcher takes. */
export function matcherBytes(windowBits: number): number {
  return (1 << windowBits) * 3 + roomBytes(windowBits) + (2 << hashBits(windowBits));
}

/**
 * Finds what came before within `2^windowBits` bytes.
 *
 * Positions are counted modulo 2^16, so the tables never slide and are never cleared: an entry that is out of date is
 * seen by its bytes, by its distance, and by distances that no longer rise along the chain.
 */
export class Matcher {
  readonly #number: number = ++matchers;
  readonly #windowSize: number;
  /** The memory of the four views below. */
  readonly #memory: Uint8Array<ArrayBuffer>;
  readonly #window: Uint8Array;
  readonly #words: DataView;
  readonly #heads: Uint16Array;
  readonly #previous: Uint16Array;
  readonly #hashShift: number;
  /** The position of the window's first byte. */
  #base = 0;
  /** Index of the first byte that may be referred to. */
  #historyStart = 0;
  /** Index of the next byte to be hashed: the last three of a message have to wait for the next one. */
  #hashed = 0;
  /** Index of the next byte to be encoded. */
  #next = 0;
  #end = 0;
  /** The match that begins at `#next`, where the last run saw it already. */
  #pending = 0;
  /** The number of positions in a row, up to the next byte to be encoded, that had no match. */
  #misses = 0;

  constructor(windowBits: number) {
    const windowSize = 1 << windowBits;
    const heads = 1 << hashBits(windowBits);
    const tableBytes = 2 * (heads + windowSize);
    const windowBytes = windowSize + roomBytes(windowBits) + slack;
    this.#windowSize = windowSize;
    this.#memory = new Uint8Array(tableBytes + windowBytes);
    const { buffer } = this.#memory;
    this.#heads = new Uint16Array(buffer, 0, heads);
    this.#previous = new Uint16Array(buffer, 2 * heads, windowSize);
    this.#window = new Uint8Array(buffer, tableBytes, windowBytes);
    this.#words = new DataView(buffer, tableBytes, windowBytes);
    this.#hashShift = 32 - hashBits(windowBits);
  }

  /** Forgets all that came before; everything taken must have been encoded. */
  reset(): void {
    this.#historyStart = this.#end;
  }

  /** Prepares for input of this length: what the processor may have put out of its caches comes back. */
  prepare(byteLength: number): void {
    if (byteLength < touchedFromBytes || latestMatcher === this.#number) return;
    latestMatcher = this.#number;
    if (this.#end - this.#historyStart >= touchedFromHistory) touchMemory(this.#memory);
  }

  /** What was taken and is not encoded yet, lent until the next call. */
  get unencoded(): Uint8Array {
    return this.#window.subarray(this.#next, this.#end);
  }

  /** How many bytes were taken and are not encoded yet. */
  get unencodedBytes(): number {
    return this.#end - this.#next;
  }

  /** How many bytes can be taken before any are encoded. */
  get room(): number {
    return this.#window.length - slack - this.#windowSize - this.unencodedBytes;
  }

  /** Takes bytes of `data` from index `start` to `end`; returns how many found room. */
  take(data: Uint8Array, start: number, end: number): number {
    const capacity = this.#window.length - slack;
    if (capacity - this.#end < end - start) this.#slide();
    const count = Math.min(capacity - this.#end, end - start);
    this.#window.set(data.subarray(start, start + count), this.#end);
    this.#end += count;
    return count;
  }

  #slide(): void {
    const start = this.#next - this.#windowSize;
    if (start <= 0) return;
    this.#window.copyWithin(0, start, this.#end);
    this.#base = (this.#base + start) & 0xffff;
    this.#historyStart = Math.max(0, this.#historyStart - start);
    this.#hashed -= start;
    this.#next -= start;
    this.#end -= start;
  }

  /**
   * Encodes until `symbols` are full or little lies ahead; with `flush` to the end of what was taken.
   *
   * The search stands in the loop, with all that it needs in registers: as a method it costs a twelfth more.
   *
   * @returns how many bytes were encoded
   */
  run(symbols: SymbolBuffer, flush: boolean): number {
    const window = this.#window;
    const words = this.#words;
    const heads = this.#heads;
    const previous = this.#previous;
    const hashShift = this.#hashShift;
    const base = this.#base;
    const end = this.#end;
    const windowSize = this.#windowSize;
    const mask = windowSize - 1;
    const historyStart = this.#historyStart;
    const start = this.#next;
    const stop = flush ? end : end - lookahead;
    let next = start;
    // The match at `next`, where one was found: then a longer one is looked for behind it.
    let length = this.#pending >>> 16;
    let distance = this.#pending & 0xffff;
    let hashed = this.#hashThrough(this.#hashed, start - 1);
    let misses = this.#misses;
    while (next < stop && !symbols.full) {
      if (misses >= missesPerSkip && length === 0) {
        const skip = Math.min(skipLength(misses, next), stop - next, symbols.room);
        next = symbols.addLiterals(window, next, next + skip);
        misses += skip;
        hashed = next;
        if (next >= stop || symbols.full) break;
      }
      const index = length === 0 ? next : next + 1;
      const ahead = Math.min(end - index, longestMatch);
      let best = length === 0 ? shortestMatch - 1 : length;
      let found = 0;
      if (best < lazyLength && best < ahead) {
        const position = (base + index) & 0xffff;
        const reach = Math.min(index - historyStart, windowSize);
        const hash = Math.imul(words.getInt32(index, true), hashFactor) >>> hashShift;
        let candidate = heads[hash]!;
        previous[position & mask] = candidate;
        heads[hash] = position;
        hashed = index + 1;
        let last = words.getInt32(index + best - 3, true);
        let further = 0;
        for (let chain = chainLength(best); chain > 0; chain--) {
          const away = (position - candidate) & 0xffff;
          if (away <= further || away > reach) break;
          further = away;
          const at = index - further;
          if (words.getInt32(at + best - 3, true) === last) {
            let same = 0;
            while (same < ahead) {
              const differing = words.getInt32(at + same, true) ^ words.getInt32(index + same, true);
              if (differing !== 0) {
                same += (31 - Math.clz32(differing & -differing)) >> 3;
                break;
              }
              same += 4;
            }
            if (same > ahead) same = ahead;
            if (same > best) {
              found = (same << 16) | further;
              if (same >= niceLength || same === ahead) break;
              if (same >= goodLength) chain -= chain >> 2;
              best = same;
              last = words.getInt32(index + best - 3, true);
            }
          }
          candidate = previous[candidate & mask]!;
        }
      }
      if (length > 0 && found === 0) {
        symbols.addMatch(length, distance);
        next += length;
        if (length > sparseLength) {
          this.#hashThrough(hashed, next - length + enteredEnds - 1);
          hashed = next - enteredEnds;
        }
        hashed = this.#hashThrough(hashed, next - 1);
        length = 0;
      } else {
        if (length > 0 || found === 0) symbols.addLiteral(window[next++]!);
        length = found >>> 16;
        distance = found & 0xffff;
        misses = length > 0 ? 0 : misses + 1;
      }
    }
    this.#misses = flush && next >= stop ? 0 : misses;
    this.#hashed = hashed;
    this.#pending = (length << 16) | distance;
    this.#next = next;
    return next - start;
  }

  /** Enters bytes from index `first` to `last` into the chains, as far as four are there to be hashed; the next index. */
  #hashThrough(first: number, last: number): number {
    const words = this.#words;
    const heads = this.#heads;
    const previous = this.#previous;
    const hashShift = this.#hashShift;
    const base = this.#base;
    const mask = this.#windowSize - 1;
    const stop = Math.min(last + 1, this.#end - shortestMatch + 1);
    let index = first;
    for (; index < stop; index++) {
      const hash = Math.imul(words.getInt32(index, true), hashFactor) >>> hashShift;
      const position = (base + index) & 0xffff;
      previous[position & mask] = heads[hash]!;
      heads[hash] = position;
    }
    return index;
  }
}

/** How many candidates to try for a match that is longer than `best`. */
function chainLength(best: number): number {
  if (best < shortestMatch) return longestChain;
  return best < goodLength ? longestChain >> 1 : longestChain >> 3;
}

/** Returns the number of positions to pass over: 15 at most, and irregular, so that a second copy meets hashed positions. */
function skipLength(misses: number, position: number): number {
  const skip = Math.floor(misses / missesPerSkip);
  return skip < steadySkip ? skip : steadySkip + (Math.imul(position, hashFactor) >>> 29);
}
