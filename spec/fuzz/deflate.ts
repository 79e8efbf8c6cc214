// Tests every codec with sequences of messages, with and without context takeover: zlib, a strict decoder and every codec read
// its messages, and every codec reads those of zlib.

import { strict as assert } from 'node:assert';
import zlib from 'node:zlib';
import * as fc from 'fast-check';
import type { DeflateCodec } from '../../lib/deflate/codec.ts';
import { codecs } from '../support/codecs.ts';
import { droppedTail, emptyFinalBlock, messageEnd } from '../support/deflate-blocks.ts';
import { through } from '../support/messages-through.ts';
import { Random } from '../support/random.ts';
import { StrictInflater } from '../support/strict-inflater.ts';
import type { Counts } from './runner/fuzz-target.ts';
import { weighted } from './shapes/bytes.ts';
import { type Cuts, cutBy, cuts } from './shapes/cuts.ts';

export const description =
  'messages of each codec are read by zlib, by a strict decoder and by every codec, and those of zlib by every codec';

/** The description of a message, from which its bytes are generated. */
interface Message {
  readonly kind: 'same' | 'letters' | 'words' | 'copies' | 'noise';
  readonly length: number;
  readonly seed: number;
  readonly cuts: Cuts;
  /** Whether the compressor is reset first. */
  readonly reset: boolean;
  /** The settings for zlib. */
  readonly zlib: {
    readonly level: number;
    readonly memLevel: number;
    readonly strategy: number;
    readonly final: boolean;
    /** Whether to compress piece by piece. */
    readonly inPieces: boolean;
  };
}

interface Input {
  readonly writer: string;
  readonly windowBits: number;
  readonly contextTakeover: boolean;
  readonly messages: readonly Message[];
  /** The index of the bit to flip in the first message, compressed by zlib. */
  readonly wrongBit: number | undefined;
}

const rarely = weighted([9, fc.constant(false)], [1, fc.constant(true)]);
const length = weighted([4, fc.nat(40)], [4, fc.nat(400)], [3, fc.nat(3000)], [1, fc.nat(90_000)]);

const message: fc.Arbitrary<Message> = fc.record({
  kind: fc.constantFrom('same', 'letters', 'words', 'words', 'copies', 'noise'),
  length,
  seed: fc.nat(1_000_000),
  cuts: fc.oneof(cuts, fc.constantFrom([100], [20_000], [7, 0], [30_000, 1])),
  reset: rarely,
  zlib: fc.record({
    level: fc.nat(9),
    memLevel: fc.integer({ min: 1, max: 9 }),
    strategy: fc.nat(4),
    final: rarely,
    inPieces: rarely,
  }),
});

export const input: fc.Arbitrary<Input> = fc.record({
  writer: fc.constantFrom(...Object.keys(codecs)),
  windowBits: fc.integer({ min: 8, max: 15 }),
  contextTakeover: weighted([7, fc.constant(true)], [3, fc.constant(false)]),
  messages: fc.array(message, { minLength: 1, maxLength: 10 }),
  wrongBit: weighted<number | undefined>([4, fc.constant(undefined)], [1, fc.nat(1_000_000)]),
});

export function check(input: Input): Counts {
  const { messages, wrongBit } = input;
  fromCodec(input);
  fromZlib(input);
  if (wrongBit !== undefined) damaged(input, wrongBit);
  const bytes = messages.reduce((sum, { length }) => sum + length, 0);
  return { messages: messages.length, bytes };
}

/** Inflates a payload with each codec, and compares the outputs. */
class Readers {
  readonly #inflaters: [name: string, inflater: ReturnType<DeflateCodec['createInflater']>][];

  constructor({ windowBits, contextTakeover }: Input) {
    this.#inflaters = Object.entries(codecs).map(([name, { codec }]) => [
      name,
      codec.createInflater({ windowBits, contextTakeover, maxMessageBytes: Infinity }),
    ]);
  }

  read(payload: Uint8Array, message: Message, writer: string): void {
    for (const [name, inflater] of this.#inflaters)
      same(through(inflater, ...pieces(message, payload)), dataOf(message), `${writer} by ${name}`);
  }
}

function fromCodec(input: Input): void {
  const { writer, windowBits, contextTakeover, messages } = input;
  const codec = codecs[writer]?.codec ?? assert.fail();
  if (windowBits < codec.minWindowBits) return;
  const deflater = codec.createDeflater({ windowBits, contextTakeover });
  const readers = new Readers(input);
  const strict = new StrictInflater(windowBits);
  const stream: Uint8Array[] = [];
  for (const message of messages) {
    const data = dataOf(message);
    if (message.reset) {
      deflater.reset();
      if (contextTakeover) strict.reset();
    }
    const parts = pieces(message, data);
    const payload = through(deflater, ...parts);
    const maxBytes = data.length * 1.001 + 6;
    if (writer === 'built in' && parts.length === 1)
      assert.ok(payload.length <= maxBytes, `${data.length} grow to ${payload.length}`);
    if (!contextTakeover) strict.reset();
    same(strict.inflate(payload), data, `${writer} by the strict decoder`);
    readers.read(payload, message, writer);
    stream.push(payload, droppedTail);
  }
  assert.ok(strict.greatestDistance <= 2 ** windowBits);
  const whole = zlib.inflateRawSync(Buffer.concat([...stream, emptyFinalBlock]), { windowBits: 15 });
  same(whole, Buffer.concat(messages.map(dataOf)), `${writer} by zlib`);
}

function fromZlib(input: Input): void {
  const { messages, windowBits, contextTakeover } = input;
  // zlib uses 9 instead of 8, and then exceeds 8 with a dictionary.
  if (windowBits === 8) return;
  const readers = new Readers(input);
  let dictionary: Uint8Array = new Uint8Array(0);
  for (const message of messages) {
    const { final, inPieces, ...options } = message.zlib;
    const data = dataOf(message);
    const parts = inPieces ? pieces(message, data) : [data];
    const payload = parts.map((part, index) => {
      const last = index + 1 === parts.length;
      const flushed = zlib.deflateRawSync(part, {
        ...options,
        windowBits,
        finishFlush: final ? zlib.constants.Z_FINISH : zlib.constants.Z_SYNC_FLUSH,
        ...(dictionary.length > 0 && { dictionary }),
      });
      const known = contextTakeover || !last;
      dictionary = Buffer.concat([dictionary, part]).subarray(known ? -(2 ** windowBits) : Infinity);
      if (!last) return flushed;
      return final ? Buffer.concat([flushed, messageEnd]) : flushed.subarray(0, -4);
    });
    readers.read(Buffer.concat(payload), message, 'zlib');
  }
}

/** Flips one bit. All codecs must agree on the result; zlib itself stops at a final block. */
function damaged({ messages }: Input, wrongBit: number): void {
  const [message = assert.fail()] = messages;
  const { level } = message.zlib;
  const payload = Buffer.concat([zlib.deflateRawSync(dataOf(message), { level }), messageEnd]);
  const at = (wrongBit >> 3) % payload.length;
  payload[at] = (payload[at] ?? 0) ^ (1 << (wrongBit & 7));
  const theirs = attempt(() =>
    zlib.inflateRawSync(Buffer.concat([payload, droppedTail]), {
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    }),
  );
  const options = { windowBits: 15, contextTakeover: false, maxMessageBytes: 2 ** 22 };
  const verdicts = Object.values(codecs).map(({ codec, strict }) => {
    const verdict = attempt(() => through(codec.createInflater(options), ...pieces(message, payload)));
    if (verdict instanceof Error) assert.equal(verdict.name, 'WebSocketError', verdict.stack);
    return { strict, verdict };
  });
  const ours = verdicts[0]?.verdict ?? assert.fail();
  for (const { strict, verdict } of verdicts.filter(each => each.strict || !(ours instanceof Error))) {
    assert.equal(codeOf(verdict), codeOf(ours), `damaged: ${strict}`);
    if (!(ours instanceof Error)) same(verdict as Uint8Array, ours, 'damaged');
  }
  if (ours instanceof Error) return;
  assert.ok(!(theirs instanceof Error), 'damaged, and refused by zlib');
  same(ours.subarray(0, theirs.length), theirs, 'damaged, by zlib');
}

function codeOf(verdict: Uint8Array | Error): number | undefined {
  return (verdict as { closeCode?: number }).closeCode;
}

function attempt(work: () => Uint8Array): Uint8Array | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}

const words =
  'the of and to in is that for it as was with be by on not he his but at are this have from'.split(' ');

function dataOf({ kind, length, seed }: Message): Uint8Array {
  const random = new Random(seed);
  switch (kind) {
    case 'noise':
      return Uint8Array.from({ length }, () => random.below(256));
    case 'same':
      return new Uint8Array(length).fill(random.below(256));
    case 'letters':
      return Uint8Array.from({ length }, () => 97 + random.below(3));
    case 'copies':
      return copies(random, length);
    case 'words': {
      let text = '';
      while (text.length < length)
        text += `${random.pick(words)}${random.pick([' ', ', ', '":', `${random.below(1e6)}`])}`;
      return new Uint8Array(Buffer.from(text.slice(0, length)));
    }
  }
}

/** Returns random bytes with copies from short and long distances. */
function copies(random: Random, length: number): Uint8Array {
  const data = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    if (at > 0 && random.next() < 0.6) {
      const distance = 1 + random.below(Math.min(at, random.pick([4, 300, 40_000])));
      for (let left = random.below(300); left > 0 && at < length; left--, at++)
        data[at] = data[at - distance] ?? 0;
    } else data[at++] = random.below(256);
  }
  return data;
}

/** Splits as the message specifies, unless that results in more than 2000 pieces. An empty message is one empty piece. */
function pieces({ cuts }: Message, data: Uint8Array): Uint8Array[] {
  const average = cuts.reduce((sum, length) => sum + length, 0) / cuts.length;
  if (data.length === 0 || data.length / average > 2000) return [data];
  return cutBy(cuts, data);
}

function same(actual: Uint8Array, expected: Uint8Array, by: string): void {
  assert.ok(Buffer.compare(actual, expected) === 0, `${by}: the bytes differ`);
}
