import { strict as assert } from 'node:assert';
import { Utf8Decoder } from '../../lib/bytes/utf8-decoder.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import type { Random } from '../support/random.ts';
import { ReferenceUtf8 } from '../support/reference-utf8.ts';
import { randomOctets } from './engine/mutate.ts';
import { cutBy } from './shapes/cuts.ts';

export const description = 'UTF-8 whole and in parts, as a reference decodes it, refused at the same octet';

const pieces = [
  '61',
  'c3a4',
  'e282ac',
  'f09d849e',
  'efbbbf',
  'ed9fbf',
  'ee8080',
  'f48fbfbf',
  'c080',
  'c1bf',
  'e09fbf',
];
const bad = [
  'eda080',
  'edbfbf',
  'f08fbfbf',
  'f4908080',
  'f5',
  'fe',
  'ff',
  '80',
  'bf',
  'c3',
  'e282',
  'f09d84',
  'c328',
];

export function make(random: Random): Uint8Array {
  const text = Array.from({ length: random.below(40) }, () =>
    random.pick(random.next() < 0.97 ? pieces.slice(0, 8) : bad),
  );
  return concatenated([
    randomOctets(random, 1),
    Buffer.from(text.join(''), 'hex'),
    randomOctets(random, random.below(2)),
  ]);
}

export function check([cuts = 0, ...octets]: Uint8Array): void {
  const text = Uint8Array.from(octets);
  const reference = new ReferenceUtf8();
  const bad = octets.findIndex(octet => !reference.push(octet));
  const expected = bad < 0 && reference.complete ? reference.text : undefined;
  assert.equal(
    decoded(() => new Utf8Decoder().decode(text)),
    expected,
  );
  for (const octet of [cuts, 1]) {
    const chunks = cutBy(octet, text);
    const decoder = new Utf8Decoder();
    let end = 0;
    let joined = '';
    for (const chunk of chunks) {
      end += chunk.length;
      const part = decoded(() => decoder.decodePart(chunk, false));
      assert.equal(part === undefined, bad >= 0 && bad < end, `refused before ${end}, wrong at ${bad}`);
      if (part === undefined) break;
      joined += part;
    }
    if (bad >= 0) continue;
    const rest = decoded(() => decoder.decodePart(new Uint8Array(0), true));
    assert.equal(rest === undefined ? undefined : joined + rest, expected);
  }
}

function decoded(decode: () => string): string | undefined {
  try {
    return decode();
  } catch (error) {
    assert.equal((error as Error).name, 'TypeError');
    return undefined;
  }
}
