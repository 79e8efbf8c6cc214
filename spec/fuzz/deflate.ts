// Deflater against zlib and the strict decoder, zlib against Inflater: sequences of messages, with and without takeover.

import { strict as assert } from 'node:assert';
import zlib from 'node:zlib';
import { Deflater } from '../../lib/deflate/deflater.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { hex, through } from '../support/messages-through.ts';
import { Random } from '../support/random.ts';
import { StrictInflater } from '../support/strict-inflater.ts';

export const description =
  'random messages, levels, windows, takeover, cuts: ours read by zlib, strictly and by ours; zlib read by ours';

/** Half an hour of sequences. */
export const inputs = 100_000;

const words =
  'the of and to in is that for it as was with be by on not he his but at are this have from'.split(' ');

/** Runs one sequence of messages. */
export function run(seed: number): Record<string, number> {
  const random = new Random(seed);
  const windowBits = 8 + random.below(8);
  const contextTakeover = random.next() < 0.7;
  const sizes = random.pick([40, 400, 400, 3000, 3000, 90_000]);
  const messages = Array.from({ length: 1 + random.below(sizes > 10_000 ? 3 : 10) }, () =>
    message(random, sizes),
  );
  fromOurs(random, messages, windowBits, contextTakeover);
  fromZlib(random, messages, windowBits, contextTakeover);
  if (random.next() < 0.2) spoiled(random, messages[0]!);
  return { messages: messages.length, octets: messages.reduce((sum, { length }) => sum + length, 0) };
}

function fromOurs(
  random: Random,
  messages: Uint8Array[],
  windowBits: number,
  contextTakeover: boolean,
): void {
  const deflater = new Deflater({ windowBits, contextTakeover });
  const inflater = new Inflater({ windowBits, contextTakeover, maxMessageBytes: Infinity });
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
    assert.ok(parts.length > 1 || payload.length <= most, `${message.length} grow to ${payload.length}`);
    if (!contextTakeover) strict.reset();
    same(strict.inflate(payload), message, 'strict decoder');
    same(through(inflater, ...cuts(random, payload)), message, 'Inflater');
    stream.push(payload, hex('0000ffff'));
  }
  assert.ok(strict.greatestDistance <= 2 ** windowBits);
  const whole = zlib.inflateRawSync(Buffer.concat([...stream, hex('0300')]), { windowBits: 15 });
  same(whole, Buffer.concat(messages), 'zlib');
}

function fromZlib(
  random: Random,
  messages: Uint8Array[],
  windowBits: number,
  contextTakeover: boolean,
): void {
  const inflater = new Inflater({ windowBits, contextTakeover, maxMessageBytes: Infinity });
  let dictionary: Uint8Array = new Uint8Array(0);
  for (const message of messages) {
    const final = random.next() < 0.2;
    const flushed = zlib.deflateRawSync(message, {
      // zlib takes 8 for 9, and then does not keep to 8 across its dictionary.
      windowBits: Math.max(9, windowBits),
      level: random.below(10),
      memLevel: 1 + random.below(9),
      strategy: random.below(5),
      finishFlush: final ? zlib.constants.Z_FINISH : zlib.constants.Z_SYNC_FLUSH,
      ...(dictionary.length > 0 && { dictionary }),
    });
    const payload = final ? Buffer.concat([flushed, hex('00')]) : flushed.subarray(0, -4);
    if (windowBits > 8) same(through(inflater, ...cuts(random, payload)), message, 'zlib by Inflater');
    if (contextTakeover) dictionary = Buffer.concat([dictionary, message]).subarray(-(2 ** windowBits));
  }
}

/** One bit changed: what zlib refuses we refuse, and what both take begins alike; zlib stops at a final block. */
function spoiled(random: Random, message: Uint8Array): void {
  const payload = Buffer.concat([zlib.deflateRawSync(message, { level: 1 + random.below(9) }), hex('00')]);
  payload[random.below(payload.length)]! ^= 1 << random.below(8);
  const theirs = attempt(() =>
    zlib.inflateRawSync(Buffer.concat([payload, hex('0000ffff')]), {
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    }),
  );
  const inflater = new Inflater({ windowBits: 15, contextTakeover: false, maxMessageBytes: 2 ** 22 });
  const ours = attempt(() => through(inflater, ...cuts(random, payload)));
  if (!(ours instanceof Error)) {
    assert.ok(!(theirs instanceof Error), 'spoiled, and refused by zlib');
    same(ours.subarray(0, theirs.length), theirs, 'spoiled');
  } else assert.equal(ours.name, 'WebSocketError');
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
