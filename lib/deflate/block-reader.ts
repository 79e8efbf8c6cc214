// Decompresses DEFLATE blocks (RFC 1951). Input and output may be interrupted at every byte.

import { CloseCode } from '../base/close-code.ts';
import { violation } from '../base/websocket-error.ts';
import { BitReader, corrupt } from './bit-reader.ts';
import { endEntry, invalidEntry, literalEntry } from './code-table.ts';
import { DynamicHeaderReader, dynamicHeaderReaderBytes } from './dynamic-header-reader.ts';
import { distanceRootBits, fixedDistances, fixedLiterals, literalRootBits } from './fixed-tables.ts';
import { quickInput, quickRoom, readQuickly } from './read-quickly.ts';

/** The next item to read. All but the last two need bits of the stream; those need space for output. */
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

/** The initial size of the memory, enough for many connections. */
const firstBytes = 8192;

/** Returns the largest size of the memory: the window, and as much space for output after it, at least 8 KiB. */
const largestBytes = (windowBits: number): number =>
  (1 << windowBits) + Math.max(1 << windowBits, firstBytes);

/**
 * The number of output bytes for each dynamic block of a message, and the number of further dynamic blocks. Reading the codes
 * of a block takes a few microseconds even if it produces no output, and 12 bytes of input are enough for one. No compressor
 * comes near the limit, because fixed codes are shorter for so little. Stored and fixed blocks cost no more than other input.
 */
const bytesPerDynamicBlock = 64;
const spareDynamicBlocks = 1024;
const messageCredit = bytesPerDynamicBlock * spareDynamicBlocks;

/**
 * The number of blocks after which the reader is exhausted, because headers take time even without output. A dynamic block
 * counts for as many stored or fixed ones as take the same time. Together they take at most 1 ms (Node 20).
 */
const blocksPerTask = 4096;
const blocksPerDynamicBlock = 32;

/** Returns the most memory of a reader in bytes. */
export function blockReaderBytes(windowBits: number): number {
  return largestBytes(windowBits) + dynamicHeaderReaderBytes;
}

/** Decompresses a stream of blocks, one message after the other. */
export class BlockReader {
  readonly #windowBits: number;
  readonly #bits: BitReader = new BitReader();
  /** The window, and after it space for output. */
  #out: Uint8Array = new Uint8Array(firstBytes);
  #words: DataView = new DataView(this.#out.buffer);
  #to = 0;
  #step: Step = Step.Header;
  /** Whether the current block has BFINAL set. The next one then starts at a byte boundary. */
  #final = false;
  #emptyStored = false;
  #dynamic: DynamicHeaderReader | undefined;
  #literals: Int32Array = fixedLiterals;
  #distances: Int32Array = fixedDistances;
  /** The number of bytes that remain of a stored block or a match. */
  #length = 0;
  #distance = 0;
  #extra = 0;
  /** The credit for dynamic blocks that remains to the message, in output bytes; while reading, less `#to`. */
  #credit: number = messageCredit;
  #blocks = 0;

  constructor(windowBits: number) {
    this.#windowBits = windowBits;
  }

  /** Whether the input ended directly after an empty stored block. */
  get atEmptyStoredBlock(): boolean {
    return this.#emptyStored && this.#step === Step.Header && this.#bits.bits === 0;
  }

  /** Whether so many blocks have begun that the reader stops until `rest` is called. */
  get exhausted(): boolean {
    return this.#blocks >= blocksPerTask;
  }

  /** Lets an exhausted reader continue. */
  rest(): void {
    this.#blocks = 0;
  }

  /** Ends a message. With `contextTakeover` the next one may refer to it. */
  endMessage(contextTakeover: boolean): void {
    this.#blocks = 0;
    this.#credit = messageCredit;
    if (!contextTakeover) this.#to = 0;
  }

  /** Replaces the input, after `read` has returned an empty piece. */
  write(input: Uint8Array): void {
    this.#bits.write(input);
  }

  /**
   * Returns the next output, at most `maxBytes`, valid until the next call. If it is empty and the reader is not exhausted,
   * it needs more input.
   */
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

  /** Takes one step. Returns false if input or space is missing. */
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
        if (bits.take(16) !== (this.#length ^ 0xffff))
          throw corrupt('stored block with inconsistent lengths');
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
    } else throw corrupt('undefined block type');
    return true;
  }

  #readDynamicHeader(bits: BitReader, header: DynamicHeaderReader): boolean {
    if (!header.read(bits)) return false;
    this.#literals = header.literals;
    this.#distances = header.distances;
    this.#step = Step.Symbol;
    return true;
  }

  /** Copies stored bytes. No bits are held then, because the two lengths take 32, and fewer are held ahead. */
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
      // The piece ends early at the end of the memory, because the next call makes space for the fast loop.
      return false;
    }
    while (this.#to < stop && this.#readSymbol(bits)) if (this.#step !== Step.Symbol) return true;
    return false;
  }

  /** Reads symbols in the fast loop. Returns whether the block has ended. */
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
      if ((entry & invalidEntry) !== 0) throw corrupt('undefined length symbol');
      this.#length = entry >> 8;
      this.#extra = (entry >> 4) & 15;
      this.#step = Step.LengthExtra;
    }
    return true;
  }

  #readDistance(bits: BitReader): boolean {
    const entry = bits.code(this.#distances, distanceRootBits);
    if (entry === undefined) return false;
    if ((entry & invalidEntry) !== 0) throw corrupt('undefined distance symbol');
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
