// A DEFLATE decoder to check compressors (RFC 1951): slow, bit by bit, and stricter than decoders in use.

import * as assert from 'uvu/assert';

const lengthBases = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const lengthExtras = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBases = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The block types of one message, in order: 0 stored, 1 fixed, 2 dynamic. */
export type BlockTypes = number[];

/** A decoder that keeps its window between messages. */
export class StrictInflater {
  readonly #windowBits: number;
  #history: number[] = [];
  #data: Uint8Array = new Uint8Array(0);
  #bit = 0;
  /** The greatest distance so far. */
  greatestDistance = 0;
  /** The types of the blocks of the last message. */
  types: BlockTypes = [];

  constructor(windowBits: number) {
    this.#windowBits = windowBits;
  }

  /** Empties the window. */
  reset(): void {
    this.#history = [];
  }

  /** Returns the message of a compressed payload; throws if anything in it is invalid. */
  inflate(payload: Uint8Array): Uint8Array {
    this.#data = new Uint8Array(payload.length + 4);
    this.#data.set(payload);
    this.#data.set([0x00, 0x00, 0xff, 0xff], payload.length);
    this.#bit = 0;
    this.types = [];
    const start = this.#history.length;
    let emptyStored = false;
    while (this.#bit < this.#data.length * 8) {
      const before = this.#history.length;
      assert.equal(this.#take(1), 0, 'BFINAL');
      const type = this.#take(2);
      if (type === 0) this.#stored();
      else this.#compressed(type);
      emptyStored = type === 0 && this.#history.length === before;
      this.types.push(type);
    }
    assert.ok(emptyStored, 'the last block is empty and stored');
    const message = Uint8Array.from(this.#history.slice(start));
    this.#history = this.#history.slice(-32768);
    return message;
  }

  #take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#bit++) {
      assert.ok(this.#bit < this.#data.length * 8, 'input ends inside a block');
      value |= ((this.#data[this.#bit >> 3]! >> (this.#bit & 7)) & 1) << i;
    }
    return value;
  }

  #stored(): void {
    while (this.#bit % 8 !== 0) assert.equal(this.#take(1), 0, 'padding');
    const length = this.#take(16);
    assert.equal(this.#take(16), length ^ 0xffff, 'NLEN');
    for (let i = 0; i < length; i++) this.#history.push(this.#take(8));
  }

  #compressed(type: number): void {
    assert.ok(type < 3, 'type');
    const [literals, distances] = type === 1 ? [fixedLiterals, fixedDistances] : this.#codes();
    for (;;) {
      const symbol = this.#symbol(literals);
      if (symbol === 256) return;
      if (symbol < 256) this.#history.push(symbol);
      else this.#match(symbol - 257, distances);
    }
  }

  #match(ofLength: number, distances: Code): void {
    assert.ok(ofLength < 29, 'length symbol');
    const length = lengthBases[ofLength]! + this.#take(lengthExtras[ofLength]!);
    assert.ok(ofLength === 28 || length < 258, '258 has a symbol of its own');
    const ofDistance = this.#symbol(distances);
    assert.ok(ofDistance < 30, 'distance symbol');
    const distance = distanceBases[ofDistance]! + this.#take(Math.max(0, (ofDistance >> 1) - 1));
    assert.ok(distance <= 2 ** this.#windowBits, `distance ${distance} above 2^${this.#windowBits}`);
    assert.ok(distance <= this.#history.length, 'distance before the first byte');
    this.greatestDistance = Math.max(this.greatestDistance, distance);
    for (let i = 0; i < length; i++) this.#history.push(this.#history[this.#history.length - distance]!);
  }

  #codes(): [Code, Code] {
    const literalCount = 257 + this.#take(5);
    const distanceCount = 1 + this.#take(5);
    const listed = 4 + this.#take(4);
    assert.ok(literalCount <= 286 && distanceCount <= 30, 'counts');
    const ofLengths = new Array<number>(19).fill(0);
    for (let i = 0; i < listed; i++) ofLengths[order[i]!] = this.#take(3);
    const code = makeCode(ofLengths, false);
    const lengths: number[] = [];
    while (lengths.length < literalCount + distanceCount) {
      const symbol = this.#symbol(code);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) {
        assert.ok(lengths.length > 0, 'nothing to repeat');
        lengths.push(...new Array<number>(3 + this.#take(2)).fill(lengths[lengths.length - 1]!));
      } else
        lengths.push(...new Array<number>(symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7)).fill(0));
    }
    assert.equal(lengths.length, literalCount + distanceCount, 'a repeat code exceeds the end');
    assert.ok(lengths[256]! > 0, 'no end of block');
    return [makeCode(lengths.slice(0, literalCount), false), makeCode(lengths.slice(literalCount), true)];
  }

  #symbol({ counts, symbols }: Code): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= 15; length++) {
      code += this.#take(1);
      const count = counts[length]!;
      if (code - first < count) return symbols[index + code - first]!;
      index += count;
      first = (first + count) * 2;
      code *= 2;
    }
    throw new Error('no such code');
  }
}

/** A canonical code: the number of symbols of each length, and the symbols in the order of their codes. */
interface Code {
  readonly counts: number[];
  readonly symbols: number[];
}

/** Makes a code, which must be complete unless it is a distance code with at most one symbol. */
function makeCode(lengths: number[], mayBeSmall: boolean): Code {
  const counts = new Array<number>(16).fill(0);
  const symbols: number[] = [];
  let space = 0;
  for (let length = 1; length <= 15; length++) {
    lengths.forEach((of, symbol) => {
      if (of !== length) return;
      counts[length]!++;
      symbols.push(symbol);
      space += 2 ** -length;
    });
  }
  const small = symbols.length === 0 || (symbols.length === 1 && space === 0.5);
  assert.ok(space === 1 || (mayBeSmall && small), 'complete code');
  return { counts, symbols };
}

const fixedLiterals = makeCode(
  Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
  false,
);
const fixedDistances = makeCode(new Array<number>(32).fill(5), false);
