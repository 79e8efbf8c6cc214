// DEFLATE blocks in, bytes out (RFC 1951), resumable at every byte on both sides. Knows nothing of messages.

import { CloseCode } from '../base/close-code.ts';
import { violation } from '../base/websocket-error.ts';
import { BitReader, corrupt } from './bit-reader.ts';
import { endEntry, invalidEntry, literalEntry } from './code-table.ts';
import { DynamicHeaderReader, dynamicHeaderReaderBytes } from './dynamic-header-reader.ts';
import { distanceRootBits, fixedDistances, fixedLiterals, literalRootBits } from './fixed-tables.ts';
import { quickInput, quickRoom, readQuickly } from './read-quickly.ts';

/** What the reader waits for: bits of the stream, or for the last two room. */
const Step = {
  Header: 0,
  StoredLength: 1,
  StoredCheck: 2,
  DynamicHeader: 3,
  Symbol: 4,
  LengthExtra: 5,
  Distance: 6,
  DistanceExtra: 7,
  Stored: 8,
  Copy: 9,
} as const;
type Step = (typeof Step)[keyof typeof Step];

/** The first piece of memory, enough for many connections. */
const firstBytes = 8192;

/** The window, and as much room for output behind it, or 8 KiB. */
const largestBytes = (windowBits: number): number =>
  (1 << windowBits) + Math.max(1 << windowBits, firstBytes);

/**
 * A message may have a dynamic block for each so many bytes, and some besides: reading the codes of one takes a few
 * microseconds whether it stands for anything or not, and 12 bytes of input are enough for one. No compressor comes
 * near, since fixed codes are shorter for so little. Stored and fixed blocks cost no more than other input.
 */
const bytesPerDynamicBlock = 64;
const spareDynamicBlocks = 1024;
const messageCredit = bytesPerDynamicBlock * spareDynamicBlocks;

/**
 * How many blocks a reader begins before it is exhausted: their headers take time though they stand for nothing. A dynamic
 * block counts for as many stored or fixed ones as take the time of its codes. Together that is at most 1 ms (Node 20).
 */
const blocksPerTask = 4096;
const blocksPerDynamicBlock = 32;

/** How much memory a reader takes at most. */
export function blockReaderBytes(windowBits: number): number {
  return largestBytes(windowBits) + dynamicHeaderReaderBytes;
}

export class BlockReader {
  readonly #windowBits: number;
  readonly #bits: BitReader = new BitReader();
  /** What came out so far, as far as it may be referred to, and room behind it. */
  #out: Uint8Array = new Uint8Array(firstBytes);
  #words: DataView = new DataView(this.#out.buffer);
  #to = 0;
  #step: Step = Step.Header;
  /** Whether the block at work has BFINAL set: the next one begins at a byte. */
  #final = false;
  #emptyStored = false;
  #dynamic: DynamicHeaderReader | undefined;
  #literals: Int32Array = fixedLiterals;
  #distances: Int32Array = fixedDistances;
  /** Bytes that are left of a stored block or of a match. */
  #length = 0;
  #distance = 0;
  #extra = 0;
  /** How many bytes' worth of dynamic blocks the message may still have; while at work, less `#to`. */
  #credit: number = messageCredit;
  #blocks = 0;

  constructor(windowBits: number) {
    this.#windowBits = windowBits;
  }

  /** Whether the input ended right behind an empty stored block. */
  get atEmptyStoredBlock(): boolean {
    return this.#emptyStored && this.#step === Step.Header && this.#bits.bits === 0;
  }

  /** Whether so many blocks have begun that it reads no further before `rest` has been called. */
  get exhausted(): boolean {
    return this.#blocks >= blocksPerTask;
  }

  rest(): void {
    this.#blocks = 0;
  }

  /** Goes on to the next message, which may refer to those before it or not. */
  endMessage(contextTakeover: boolean): void {
    this.#blocks = 0;
    this.#credit = messageCredit;
    if (!contextTakeover) this.#to = 0;
  }

  /** Takes more input, after `read` has returned an empty piece. */
  write(input: Uint8Array): void {
    this.#bits.write(input);
  }

  /** The next piece of output, `maxBytes` at most, valid until the next call. If it is empty and the reader is not exhausted, it needs more input. */
  read(maxBytes: number): Uint8Array {
    if (this.#out.length - this.#to < firstBytes / 2) this.#makeRoom();
    const from = this.#to;
    const stop = Math.min(this.#out.length, from + maxBytes);
    this.#credit -= from;
    while (this.#advance(stop));
    this.#credit += this.#to;
    return this.#out.subarray(from, this.#to);
  }

  #makeRoom(): void {
    const size = Math.min(this.#out.length * 2, largestBytes(this.#windowBits));
    const old = this.#out;
    const start = Math.max(0, this.#to - (1 << this.#windowBits));
    if (size > old.length) {
      this.#out = new Uint8Array(size);
      this.#words = new DataView(this.#out.buffer);
    }
    this.#out.set(old.subarray(start, this.#to));
    this.#to -= start;
  }

  /** Takes one step; false when input or room is missing. */
  #advance(stop: number): boolean {
    const bits = this.#bits;
    switch (this.#step) {
      case Step.Header:
        return this.#readHeader(bits);
      case Step.StoredLength:
        if (!bits.need(16)) return false;
        this.#length = bits.take(16);
        this.#step = Step.StoredCheck;
        return true;
      case Step.StoredCheck:
        if (!bits.need(16)) return false;
        if (bits.take(16) !== (this.#length ^ 0xffff)) throw corrupt('lengths of a stored block disagree');
        this.#emptyStored = this.#length === 0;
        this.#step = this.#emptyStored ? Step.Header : Step.Stored;
        return true;
      case Step.Stored:
        return this.#copyStored(bits, stop);
      case Step.DynamicHeader:
        return this.#readDynamicHeader(bits, this.#dynamic!);
      case Step.Symbol:
        return this.#readSymbols(bits, stop);
      case Step.LengthExtra:
        if (!bits.need(this.#extra)) return false;
        this.#length += bits.take(this.#extra);
        this.#step = Step.Distance;
        return true;
      case Step.Distance:
        return this.#readDistance(bits);
      case Step.DistanceExtra:
        if (!bits.need(this.#extra)) return false;
        this.#distance += bits.take(this.#extra);
        if (this.#distance > Math.min(this.#to, 1 << this.#windowBits))
          throw corrupt('distance before the window');
        this.#step = Step.Copy;
        return true;
      case Step.Copy:
        return this.#copyMatch(stop);
    }
  }

  #readHeader(bits: BitReader): boolean {
    if (this.exhausted) return false;
    if (this.#final) {
      bits.align();
      this.#final = false;
    }
    if (!bits.need(3)) return false;
    this.#final = bits.take(1) === 1;
    this.#emptyStored = false;
    const type = bits.take(2);
    this.#blocks += type === 2 ? blocksPerDynamicBlock : 1;
    if (type === 0) {
      bits.align();
      this.#step = Step.StoredLength;
    } else if (type === 1) {
      this.#literals = fixedLiterals;
      this.#distances = fixedDistances;
      this.#step = Step.Symbol;
    } else if (type === 2) {
      this.#credit -= bytesPerDynamicBlock;
      if (this.#credit + this.#to < 0)
        throw violation(CloseCode.PolicyViolation, 'RFC 6455 §10.4', 'too many deflate blocks');
      this.#dynamic ??= new DynamicHeaderReader();
      this.#step = Step.DynamicHeader;
    } else throw corrupt('no such type of block');
    return true;
  }

  #readDynamicHeader(bits: BitReader, header: DynamicHeaderReader): boolean {
    if (!header.read(bits)) return false;
    this.#literals = header.literals;
    this.#distances = header.distances;
    this.#step = Step.Symbol;
    return true;
  }

  /** Behind the lengths of a stored block no bits are held: they take 32, and never are so many held ahead. */
  #copyStored(bits: BitReader, stop: number): boolean {
    const count = Math.min(this.#length, bits.input.length - bits.at, stop - this.#to);
    this.#out.set(bits.input.subarray(bits.at, bits.at + count), this.#to);
    bits.at += count;
    this.#to += count;
    this.#length -= count;
    if (this.#length > 0) return false;
    this.#step = Step.Header;
    return true;
  }

  #readSymbols(bits: BitReader, stop: number): boolean {
    if (stop - this.#to >= quickRoom) {
      if (bits.input.length - bits.at >= quickInput && this.#readQuickly(bits, stop)) return true;
    } else if (stop === this.#out.length) {
      // At the end of the memory the piece ends early: after the next call there is room for the quick way.
      return false;
    }
    while (this.#to < stop && this.#readSymbol(bits)) if (this.#step !== Step.Symbol) return true;
    return false;
  }

  /** Whether the block has ended. */
  #readQuickly(bits: BitReader, stop: number): boolean {
    const windowSize = 1 << this.#windowBits;
    const out = this.#out;
    const to = readQuickly(
      bits,
      this.#literals,
      this.#distances,
      out,
      this.#words,
      this.#to,
      stop,
      windowSize,
    );
    this.#to = to < 0 ? ~to : to;
    if (to < 0) this.#step = Step.Header;
    return to < 0;
  }

  #readSymbol(bits: BitReader): boolean {
    const entry = bits.code(this.#literals, literalRootBits);
    if (entry === undefined) return false;
    if ((entry & literalEntry) !== 0) this.#out[this.#to++] = entry >> 8;
    else if ((entry & endEntry) !== 0) this.#step = Step.Header;
    else {
      if ((entry & invalidEntry) !== 0) throw corrupt('no such length');
      this.#length = entry >> 8;
      this.#extra = (entry >> 4) & 15;
      this.#step = Step.LengthExtra;
    }
    return true;
  }

  #readDistance(bits: BitReader): boolean {
    const entry = bits.code(this.#distances, distanceRootBits);
    if (entry === undefined) return false;
    if ((entry & invalidEntry) !== 0) throw corrupt('no such distance');
    this.#distance = entry >> 8;
    this.#extra = (entry >> 4) & 15;
    this.#step = Step.DistanceExtra;
    return true;
  }

  #copyMatch(stop: number): boolean {
    const out = this.#out;
    const distance = this.#distance;
    const end = Math.min(this.#to + this.#length, stop);
    this.#length -= end - this.#to;
    for (let to = this.#to; to < end; to++) out[to] = out[to - distance]!;
    this.#to = end;
    if (this.#length > 0) return false;
    this.#step = Step.Symbol;
    return true;
  }
}
