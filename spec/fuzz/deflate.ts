// Every codec: what each compresses read by zlib, strictly and by each; what zlib compresses read by each. Sequences of
// messages, with and without takeover.

import { strict as assert } from 'node:assert';
import zlib from 'node:zlib';
import type { DeflateCodec } from '../../lib/deflate/codec.ts';
import { codecs } from '../support/codecs.ts';
import { hex, through } from '../support/messages-through.ts';
import { Random } from '../support/random.ts';
import { StrictInflater } from '../support/strict-inflater.ts';

export const description =
  'random messages, levels, windows, takeover, cuts: each codec read by zlib, strictly and by all; zlib read by all';

/** Half an hour of sequences. */
export const inputs = 20_000;

const names = Object.keys(codecs);

const words =
  'the of and to in is that for it as was with be by on not he his but at are this have from'.split(' ');

/** Runs one sequence of messages; the seed chooses who compresses. */
export function run(seed: number): Record<string, number> {
  const random = new Random(seed);
  const windowBits = 8 + random.below(8);
  const contextTakeover = random.next() < 0.7;
  const sizes = random.pick([40, 400, 400, 3000, 3000, 90_000]);
  const messages = Array.from({ length: 1 + random.below(sizes > 10_000 ? 3 : 10) }, () =>
    message(random, sizes),
  );
  const sequence = { random, messages, windowBits, contextTakeover };
  const name = names[seed % names.length]!;
  if (windowBits >= codecs[name]!.codec.minWindowBits) fromCodec(name, sequence);
  fromZlib(sequence);
  if (random.next() < 0.2) spoiled(random, messages[0]!);
  return { messages: messages.length, octets: messages.reduce((sum, { length }) => sum + length, 0) };
}

interface Sequence {
  readonly random: Random;
  readonly messages: readonly Uint8Array[];
  readonly windowBits: number;
  readonly contextTakeover: boolean;
}

/** Gives a payload, cut anyhow, to an inflater of each codec, and compares what comes out. */
class Readers {
  readonly #random: Random;
  readonly #inflaters: [name: string, inflater: ReturnType<DeflateCodec['createInflater']>][];

  constructor({ random, windowBits, contextTakeover }: Sequence) {
    this.#random = random;
    this.#inflaters = Object.entries(codecs).map(([name, { codec }]) => [
      name,
      codec.createInflater({ windowBits, contextTakeover, maxMessageBytes: Infinity }),
    ]);
  }

  read(payload: Uint8Array, message: Uint8Array, writer: string): void {
    for (const [name, inflater] of this.#inflaters)
      same(through(inflater, ...cuts(this.#random, payload)), message, `${writer} by ${name}`);
  }
}

function fromCodec(name: string, sequence: Sequence): void {
  const { random, messages, windowBits, contextTakeover } = sequence;
  const deflater = codecs[name]!.codec.createDeflater({ windowBits, contextTakeover });
  const readers = new Readers(sequence);
  const strict = new StrictInflater(windowBits);
  const stream: Uint8Array[] = [];
  for (const message of messages) {
    if (random.next() < 0.05) {
      deflater.reset();
      if (contextTakeover) strict.reset();
    }
    const parts = cuts(random, message);
    const payload = through(deflater, ...parts);
    const most = message.length * 1.001 + 6;
    if (name === 'built in' && parts.length === 1)
      assert.ok(payload.length <= most, `${message.length} grow to ${payload.length}`);
    if (!contextTakeover) strict.reset();
    same(strict.inflate(payload), message, `${name} by the strict decoder`);
    readers.read(payload, message, name);
    stream.push(payload, hex('0000ffff'));
  }
  assert.ok(strict.greatestDistance <= 2 ** windowBits);
  const whole = zlib.inflateRawSync(Buffer.concat([...stream, hex('0300')]), { windowBits: 15 });
  same(whole, Buffer.concat(messages), `${name} by zlib`);
}

function fromZlib(sequence: Sequence): void {
  const { random, messages, windowBits, contextTakeover } = sequence;
  // zlib takes 8 for 9, and then does not keep to 8 across its dictionary.
  if (windowBits === 8) return;
  const readers = new Readers(sequence);
  let dictionary: Uint8Array = new Uint8Array(0);
  for (const message of messages) {
    const pieces = random.next() < 0.1 ? cuts(random, message) : [message];
    const payload = pieces.map((piece, i) => {
      const final = random.next() < 0.2;
      const flushed = zlib.deflateRawSync(piece, {
        windowBits,
        level: random.below(10),
        memLevel: 1 + random.below(9),
        strategy: random.below(5),
        finishFlush: final ? zlib.constants.Z_FINISH : zlib.constants.Z_SYNC_FLUSH,
        ...(dictionary.length > 0 && { dictionary }),
      });
      const known = contextTakeover || i + 1 < pieces.length;
      dictionary = Buffer.concat([dictionary, piece]).subarray(known ? -(2 ** windowBits) : Infinity);
      if (i + 1 < pieces.length) return flushed;
      return final ? Buffer.concat([flushed, hex('00')]) : flushed.subarray(0, -4);
    });
    readers.read(Buffer.concat(payload), message, 'zlib');
  }
}

/** One bit changed: all agree whether it is a message, and which; zlib itself stops at a final block. */
function spoiled(random: Random, message: Uint8Array): void {
  const payload = Buffer.concat([zlib.deflateRawSync(message, { level: 1 + random.below(9) }), hex('00')]);
  payload[random.below(payload.length)]! ^= 1 << random.below(8);
  const theirs = attempt(() =>
    zlib.inflateRawSync(Buffer.concat([payload, hex('0000ffff')]), {
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    }),
  );
  const options = { windowBits: 15, contextTakeover: false, maxMessageBytes: 2 ** 22 };
  const verdicts = Object.values(codecs).map(({ codec, strict }) => {
    const verdict = attempt(() => through(codec.createInflater(options), ...cuts(random, payload)));
    if (verdict instanceof Error) assert.equal(verdict.name, 'WebSocketError', verdict.stack);
    return { strict, verdict };
  });
  const ours = verdicts[0]!.verdict;
  for (const { strict, verdict } of verdicts.filter(each => each.strict || !(ours instanceof Error))) {
    assert.equal(codeOf(verdict), codeOf(ours), `spoiled: ${strict}`);
    if (!(ours instanceof Error)) same(verdict as Uint8Array, ours, 'spoiled');
  }
  if (ours instanceof Error) return;
  assert.ok(!(theirs instanceof Error), 'spoiled, and refused by zlib');
  same(ours.subarray(0, theirs.length), theirs, 'spoiled, by zlib');
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

function message(random: Random, sizes: number): Uint8Array {
  const length = random.below(sizes + 1);
  switch (random.below(6)) {
    case 0:
      return Uint8Array.from({ length }, () => random.below(256));
    case 1:
      return new Uint8Array(length).fill(random.below(256));
    case 2:
      return Uint8Array.from({ length }, () => 97 + random.below(3));
    case 3:
      return copies(random, length);
    default: {
      let text = '';
      while (text.length < length)
        text += `${random.pick(words)}${random.pick([' ', ', ', '":', `${random.below(1e6)}`])}`;
      return new Uint8Array(Buffer.from(text.slice(0, length)));
    }
  }
}

/** Noise, with copies of itself from near and far. */
function copies(random: Random, length: number): Uint8Array {
  const data = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    if (at > 0 && random.next() < 0.6) {
      const distance = 1 + random.below(Math.min(at, random.pick([4, 300, 40_000])));
      for (let left = random.below(300); left > 0 && at < length; left--, at++)
        data[at] = data[at - distance]!;
    } else data[at++] = random.below(256);
  }
  return data;
}

function cuts(random: Random, data: Uint8Array): Uint8Array[] {
  if (random.next() < 0.5) return [data];
  const parts: Uint8Array[] = [];
  const most = random.pick([1, 7, 100, 20_000]);
  if (data.length / most > 2000) return [data];
  for (let at = 0; at < data.length; ) {
    const size = random.below(most + 1);
    parts.push(data.subarray(at, at + size));
    at += size;
  }
  if (parts.length === 0 || random.next() < 0.2) parts.push(new Uint8Array(0));
  return parts;
}

function same(actual: Uint8Array, expected: Uint8Array, by: string): void {
  assert.ok(Buffer.compare(actual, expected) === 0, `${by} gives other octets`);
}
