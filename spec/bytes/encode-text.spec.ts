import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  almostAsciiBytes,
  encodeText,
  isHighSurrogate,
  writeText,
  writeTextIfItFits,
} from '../../lib/bytes/encode-text.ts';
import { hex } from '../support/hex.ts';

const test = suite('encodeText');

/** Texts around the loop's threshold, with a non-ASCII letter at every place. */
const texts = [0, 1, 31, 32, 33, 100, 5000].flatMap(length => {
  const ascii = 'a'.repeat(length);
  const places = [0, Math.floor(length / 2), length - 1].filter(place => place >= 0);
  const beyond = ['\u007f', '\u0080', 'ä', '€', '😀', '\ud800', '\udc00'];
  return [
    ascii,
    ...places.flatMap(at => beyond.map(unit => ascii.slice(0, at) + unit + ascii.slice(at + 1))),
  ];
});
/** Texts around the scratch area's threshold. */
texts.push('a'.repeat(65_536), '€'.repeat(65_536), 'ä'.repeat(65_537));
/** Longer texts, with a letter of each length where the space for ASCII ends. */
for (const letter of ['a', 'ä', '€', '😀', '\ud800', '\udc00']) {
  for (const ascii of [0, 1, 2, 3]) texts.push('a'.repeat(ascii) + letter.repeat(66_000));
  texts.push(`${'a'.repeat(66_000)}${letter.repeat(5000)}`, `a${letter}`.repeat(34_000));
  texts.push('a'.repeat(70_000) + letter, letter + 'a'.repeat(70_000), `${'a'.repeat(66_000)}${letter}é`);
}
texts.push('ä'.repeat(300), '€'.repeat(300), '😀'.repeat(300));

test('encodes as TextEncoder does, in memory of its own', () => {
  for (const text of texts) {
    const bytes = encodeText(text);
    assert.ok(hex(bytes) === hex(new TextEncoder().encode(text)));
    assert.is.not(bytes.buffer, encodeText(text).buffer);
  }
});

test('writes from the given offset on, and nothing before or after', () => {
  for (const text of texts) {
    const expected = new TextEncoder().encode(text);
    const target = new Uint8Array(3 * text.length + 20).fill(0xee);
    assert.is(writeText(text, target, 7), 7 + expected.length);
    assert.ok(hex(target.subarray(7, 7 + expected.length)) === hex(expected));
    assert.ok(target.subarray(0, 7).every(byte => byte === 0xee));
    assert.ok(target.subarray(7 + 3 * text.length).every(byte => byte === 0xee));
  }
});

test('leaves headroom before the bytes, and returns undefined for text with many non-ASCII letters', () => {
  let refused = 0;
  for (const text of texts) {
    const expected = new TextEncoder().encode(text);
    const target = new Uint8Array(14 + almostAsciiBytes(text));
    const end = writeTextIfItFits(text, target, 14);
    if (end === undefined) {
      refused += 1;
      assert.ok(expected.length > almostAsciiBytes(text) - 3);
      continue;
    }
    assert.ok(hex(target.subarray(14, end)) === hex(expected));
    assert.equal([...target.subarray(0, 14)], new Array(14).fill(0));
  }
  assert.ok(refused > 0);
  assert.is(writeTextIfItFits('€'.repeat(1000), new Uint8Array(2999), 0), undefined);
  assert.is(writeTextIfItFits('€'.repeat(1000), new Uint8Array(3000), 0), 3000);
});

test('isHighSurrogate() is true for D800 to DBFF', () => {
  const edges = [0xd7ff, 0xd800, 0xdbff, 0xdc00, Number.NaN];
  assert.equal(edges.map(isHighSurrogate), [false, true, true, false, false]);
});

test.run();
