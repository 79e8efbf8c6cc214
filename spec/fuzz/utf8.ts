import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { Utf8Decoder } from '../../lib/bytes/utf8-decoder.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { ReferenceUtf8 } from '../support/reference-utf8.ts';
import { bytes, weighted } from './shapes/bytes.ts';
import { type Cuts, cutBy, cuts } from './shapes/cuts.ts';

export const description =
  'UTF-8 in chunks of any length decodes like the reference, and fails at the same byte';

interface Input {
  readonly text: Uint8Array;
  readonly cuts: Cuts;
}

const valid = ['61', 'c3a4', 'e282ac', 'f09d849e', 'efbbbf', 'ed9fbf', 'ee8080', 'f48fbfbf'];
const invalid = [
  ...['80', 'bf', 'c3', 'f5', 'fe', 'ff', 'c080', 'c1bf', 'c328', 'e282'],
  ...['e09fbf', 'eda080', 'edbfbf', 'f09d84', 'f08fbfbf', 'f4908080'],
];
const piece = (list: readonly string[]) =>
  fc.constantFrom(...list).map(digits => new Uint8Array(Buffer.from(digits, 'hex')));

export const input: fc.Arbitrary<Input> = fc.record({
  text: fc
    .array(weighted([95, piece(valid)], [3, piece(invalid)], [2, bytes(3)]), { maxLength: 40, size: 'max' })
    .map(concatenated),
  cuts,
});

export function check({ text, cuts }: Input): void {
  const reference = new ReferenceUtf8();
  const bad = text.findIndex(byte => !reference.push(byte));
  const expected = bad < 0 && reference.complete ? reference.text : undefined;
  assert.equal(
    decoded(() => new Utf8Decoder().decode(text)),
    expected,
  );
  for (const lengths of [cuts, [1]]) {
    const decoder = new Utf8Decoder();
    let end = 0;
    let joined = '';
    for (const chunk of cutBy(lengths, text)) {
      end += chunk.length;
      const part = decoded(() => decoder.decodePart(chunk, false));
      assert.equal(part === undefined, bad >= 0 && bad < end, `decoded to ${end}, invalid at ${bad}`);
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
