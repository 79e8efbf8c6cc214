// Finds literals and matches in bytes: LZ77 over a sliding window, with hash chains and lazy matching.

import { touchMemory } from '../bytes/touch-memory.ts';
import type { SymbolBuffer } from './symbol-buffer.ts';
import { longestMatch } from './symbols.ts';

/** The number of candidates for a first match: half of zlib's level 6. */
const longestChain = 64;
/** The length from which each better match reduces the remaining candidates by a quarter. */
const goodLength = 8;
/** The length from which a match is used without a search at the next position. */
const lazyLength = 12;
/** The length from which only the bytes at both ends of a match enter the chains: a tenth of the time on similar records. */
const sparseLength = 32;
const enteredEnds = 12;
/** The length from which no better match is searched. */
const niceLength = 64;

/**
 * The number of positions in a row without a match after which the matcher skips one more position before each search. 64 KiB
 * of noise then take a fifth of the time (Node 20); compressible data rarely have such a row.
 */
const missesPerSkip = 64;
/** The number of skipped positions from which it varies. */
const steadySkip = 8;

/** The input that must lie ahead of a searched position, unless the input ends: a match there, and one after it. */
const lookahead = longestMatch + 4;

/**
 * The shortest match that is searched, although DEFLATE allows three bytes. Hashing four bytes halves the time on numbers, and
 * improves the ratio, because literals are cheaper than most distant matches of three bytes.
 */
const shortestMatch = 4;

/** Knuth's multiplicative hash: 2^32 divided by the golden ratio. */
const hashFactor = 0x9e3779b1;

/** The excess of comparisons, which read four bytes at a time: the last read may start at the last byte. */
const slack = 4;

/** Fewer chains would be longer, more chains take more memory. */
const hashBits = (windowBits: number): number => Math.min(windowBits + 1, 14);

/** Returns the space for bytes after the window: more space makes sliding rare. */
const roomBytes = (windowBits: number): number => Math.min(Math.max(1 << windowBits, 768), 8192);

/**
 * The shortest input for which a matcher touches its memory first, if another one was used before. A message of 128 bytes then
 * takes half of the time, one of 1 KiB a quarter (64 connections in turn, JSON, Node 20).
 */
const touchedFromBytes = 64;

/** The shortest history for which it does so: with less, the chains are short. */
const touchedFromHistory = 1024;

/** The number of matchers so far. The number of each is its identity. */
let matchers = 0;
/** The matcher that was used last for more than a few bytes. Its memory is in the processor's caches. */
let latestMatcher = 0;

/** Returns the memory of a matcher in bytes. */
export function matcherBytes(windowBits: number): number {
  return (1 << windowBits) * 3 + roomBytes(windowBits) + (2 << hashBits(windowBits));
}

/**
 * Finds matches within `2^windowBits` bytes.
 *
 * Positions are counted modulo 2^16, so the tables never slide and are never cleared. Outdated entries are recognized by their
 * bytes, by their distance, and by distances that do not increase along the chain.
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
  /** Index of the next byte to be hashed. The last three bytes of a message have to wait for the next one. */
  #hashed = 0;
  /** Index of the next byte to be encoded. */
  #next = 0;
  #end = 0;
  /** The match at `#next`, if the last run has found it. */
  #pending = 0;
  /** The number of positions in a row without a match, up to the next byte to be encoded. */
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

  /** Forgets the history. Everything taken must have been encoded. */
  reset(): void {
    this.#historyStart = this.#end;
  }

  /** Prepares for input of this length by bringing the memory back into the processor's caches. */
  prepare(byteLength: number): void {
    if (byteLength < touchedFromBytes || latestMatcher === this.#number) return;
    latestMatcher = this.#number;
    if (this.#end - this.#historyStart >= touchedFromHistory) touchMemory(this.#memory);
  }

  /** The bytes that were taken and are not encoded yet, valid until the next call. */
  get unencoded(): Uint8Array {
    return this.#window.subarray(this.#next, this.#end);
  }

  /** The number of bytes that were taken and are not encoded yet. */
  get unencodedBytes(): number {
    return this.#end - this.#next;
  }

  /** The number of bytes that can be taken before any are encoded. */
  get room(): number {
    return this.#window.length - slack - this.#windowSize - this.unencodedBytes;
  }

  /** Takes bytes of `data` from index `start` to `end`. Returns how many fit. */
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
   * Encodes until `symbols` are full or too little input lies ahead; with `flush` to the end of the input.
   *
   * The search is inlined, with its variables in registers: as a method it takes 8 % longer.
   *
   * @returns the number of bytes encoded
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
    // The match at `next`, if one was found. Then a longer one is searched for at the next position.
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

  /** Enters bytes from index `first` to `last` into the chains, if four are available to be hashed. Returns the next index. */
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

/** Returns the number of candidates for a match longer than `best`. */
function chainLength(best: number): number {
  if (best < shortestMatch) return longestChain;
  return best < goodLength ? longestChain >> 1 : longestChain >> 3;
}

/** Returns the number of positions to skip: at most 15, and irregular, so that a second copy meets hashed positions. */
function skipLength(misses: number, position: number): number {
  const skip = Math.floor(misses / missesPerSkip);
  return skip < steadySkip ? skip : steadySkip + (Math.imul(position, hashFactor) >>> 29);
}
