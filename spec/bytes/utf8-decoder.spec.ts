import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StringCollector, Utf8Decoder } from '../../lib/bytes/utf8-decoder.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';
import { fromHex } from '../support/bytes.ts';
import { heldBytes } from '../support/memory.ts';
import { invalidTexts, validTexts } from '../support/texts.ts';

const test = suite('Utf8Decoder');

/** Decodes a text byte by byte, and returns the offset of the rejected byte, or the length of the text. */
function offsetOfRefusal(bytes: Uint8Array): number {
  const decoder = new Utf8Decoder();
  for (let i = 0; i < bytes.length; i++) {
    try {
      decoder.decodePart(bytes.subarray(i, i + 1), false);
    } catch (error) {
      assert.instance(error, TypeError);
      return i;
    }
  }
  assert.throws(
    () => decoder.decodePart(fromHex(''), true),
    (error: unknown) => error instanceof TypeError,
  );
  return bytes.length;
}

test('decodes every valid text, whole and split at every offset (RFC 3629)', () => {
  const decoder = new Utf8Decoder();
  for (const text of validTexts) {
    const bytes = fromHex(text);
    const expected = Buffer.from(bytes).toString();
    assert.is(decoder.decode(bytes), expected, text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const joined =
        decoder.decodePart(bytes.subarray(0, cut), false) + decoder.decodePart(bytes.subarray(cut), true);
      assert.is(joined, expected, `${text} cut at ${cut}`);
    }
  }
});

test('decodes byte by byte as it does whole', () => {
  const decoder = new Utf8Decoder();
  for (const text of validTexts) {
    let joined = '';
    for (const byte of fromHex(text)) joined += decoder.decodePart(Uint8Array.of(byte), false);
    joined += decoder.decodePart(fromHex(''), true);
    assert.is(joined, decoder.decode(fromHex(text)), text);
  }
});

test('rejects every invalid text, whole and split at every offset (RFC 6455 §8.1)', () => {
  const refused = (error: unknown) => error instanceof TypeError;
  for (const text of invalidTexts) {
    const bytes = fromHex(text);
    assert.throws(() => new Utf8Decoder().decode(bytes), refused);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const decoder = new Utf8Decoder();
      assert.throws(() => {
        decoder.decodePart(bytes.subarray(0, cut), false);
        decoder.decodePart(bytes.subarray(cut), true);
      }, refused);
    }
  }
});

test('rejects at the first byte that cannot be UTF-8 (§8.1)', () => {
  const earliest: [bytes: string, offset: number][] = [
    ['80', 0],
    ['c0 af', 0],
    ['c1 bf', 0],
    ['c3 28', 1],
    ['e0 80 af', 1],
    ['e0 9f bf', 1],
    ['ed a0 80', 1],
    ['ed bf bf', 1],
    ['e2 82 28', 2],
    ['f0 80 80 af', 1],
    ['f0 8f bf bf', 1],
    ['f4 90 80 80', 1],
    ['f4 8f bf 28', 3],
    ['f5 80 80 80', 0],
    ['ff', 0],
    ['61 ce ba ff', 3],
    ['61 c3', 2],
    ['61 f4 8f bf', 4],
  ];
  for (const [bytes, offset] of earliest) assert.is(offsetOfRefusal(fromHex(bytes)), offset, bytes);
});

test('keeps a BOM at the start and elsewhere, whole or split (attack 88)', () => {
  const decoder = new Utf8Decoder();
  const bytes = fromHex('efbbbf 61 efbbbf');
  assert.is(decoder.decode(bytes), '\ufeffa\ufeff');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const joined =
      decoder.decodePart(bytes.subarray(0, cut), false) + decoder.decodePart(bytes.subarray(cut), true);
    assert.is(joined, '\ufeffa\ufeff', `cut at ${cut}`);
  }
});

test('starts each text anew, without bytes of the previous one', () => {
  const decoder = new Utf8Decoder();
  assert.is(decoder.decodePart(fromHex('61'), true), 'a');
  assert.is(decoder.decodePart(fromHex('c3'), false), '');
  assert.is(decoder.decode(fromHex('62')), 'b', 'a whole text between the parts of another');
  assert.is(decoder.decodePart(fromHex('a9'), true), 'é');
  assert.throws(
    () => decoder.decode(fromHex('c3')),
    (error: unknown) => error instanceof TypeError,
  );
  assert.is(decoder.decode(fromHex('63')), 'c', 'a bad text leaves nothing for the next');
});

test('decodes whole texts after a rejected or truncated one, although decoders are shared', () => {
  for (const bad of ['ff', 'c3', 'e282', 'f09f98']) {
    assert.throws(() => new Utf8Decoder().decode(fromHex(`61${bad}`)));
    assert.is(new Utf8Decoder().decode(fromHex('61 c3 a9')), 'aé');
  }
});

test('rejects 16 MiB whose last byte is invalid (attack 24)', () => {
  for (const [fill, last] of [
    ['61', 0xff],
    ['c3a9', 0xff],
  ] as const) {
    const bytes = new Uint8Array(2 ** 24);
    const pattern = fromHex(fill);
    for (let i = 0; i < bytes.length; i++) bytes[i] = pattern[i % pattern.length]!;
    assert.is(new Utf8Decoder().decode(bytes).length, bytes.length / pattern.length);
    bytes[bytes.length - 1] = last;
    assert.throws(
      () => new Utf8Decoder().decode(bytes),
      (error: unknown) => error instanceof TypeError,
    );
  }
});

/** Decoders that have decoded other texts before, ASCII or not, which must make no difference. */
const experienced: Record<string, () => Utf8Decoder> = {
  'after ASCII': () => having('a'.repeat(300)),
  'after other letters': () => having('é'.repeat(300)),
  'after other letters and ASCII': () => having('é'.repeat(300), 'a'.repeat(300)),
  'after ASCII and other letters': () => having('a'.repeat(300), '𝄞'.repeat(300)),
};

function having(...texts: string[]): Utf8Decoder {
  const decoder = new Utf8Decoder();
  for (const text of texts) {
    const bytes = new TextEncoder().encode(text);
    assert.is(decoder.decode(bytes), text);
    assert.is(
      decoder.decodePart(bytes.subarray(0, 201), false) + decoder.decodePart(bytes.subarray(201), true),
      text,
    );
  }
  return decoder;
}

test('decodes every valid text after any other, also short and after a long line, split at every offset', () => {
  for (const [name, decoder] of Object.entries(experienced)) {
    for (const text of validTexts) {
      for (const line of ['', '61'.repeat(200), 'c3a9'.repeat(200)]) {
        const bytes = fromHex(line + text);
        const expected = Buffer.from(bytes).toString();
        assert.is(decoder().decode(bytes), expected, `${name}: ${text}`);
        const one = decoder();
        for (let cut = line.length / 2; cut <= bytes.length; cut++) {
          const joined =
            one.decodePart(bytes.subarray(0, cut), false) + one.decodePart(bytes.subarray(cut), true);
          assert.is(joined, expected, `${name}: ${text} cut at ${cut}`);
        }
      }
    }
  }
});

test('rejects every invalid text after any other, split at every offset', () => {
  const refused = (error: unknown) => error instanceof TypeError;
  for (const [name, decoder] of Object.entries(experienced)) {
    for (const text of invalidTexts) {
      for (const line of ['', '61'.repeat(200), 'c3a9'.repeat(200)]) {
        const bytes = fromHex(line + text);
        assert.throws(() => decoder().decode(bytes), refused, `${name}: ${text}`);
        for (let cut = line.length / 2; cut <= bytes.length; cut++) {
          const one = decoder();
          assert.throws(() => {
            one.decodePart(bytes.subarray(0, cut), false);
            one.decodePart(bytes.subarray(cut), true);
          }, refused);
        }
      }
    }
  }
});

test('decodes to the same text in any parts, in any alphabet', () => {
  const random = seededRandom(7);
  const alphabets = ['a', 'é', 'κ', '漢', '𐀀'];
  const decoder = new Utf8Decoder();
  for (let round = 0; round < 2000; round++) {
    let text = '';
    for (let runs = random(5); runs > 0; runs--) text += alphabets[random(5)]!.repeat(random(300));
    const bytes = new TextEncoder().encode(text);
    if (random(3) === 0) {
      assert.is(decoder.decode(bytes), text);
      continue;
    }
    let joined = '';
    let start = 0;
    while (start < bytes.length) {
      const end = start + random([3, 50, 1000][random(3)]!);
      joined += decoder.decodePart(bytes.subarray(start, end), false);
      start = Math.min(end, bytes.length);
    }
    assert.is(joined + decoder.decodePart(fromHex(''), true), text, `round ${round}`);
  }
});

test('decodes a whole text between the parts of another that is cut inside a letter', () => {
  for (const decoder of Object.values(experienced)) {
    const one = decoder();
    assert.is(one.decodePart(fromHex('e282'), false), '');
    for (const text of ['a'.repeat(300), 'é'.repeat(300), 'a'.repeat(300)]) {
      assert.is(one.decode(new TextEncoder().encode(text)), text);
    }
    assert.is(one.decodePart(fromHex(''), false), '');
    assert.is(one.decodePart(fromHex('ac 61'), false), '€a');
    assert.is(one.decodePart(fromHex('61'), true), 'a');
  }
});

test('StringCollector joins its parts, and is empty after take', () => {
  const collector = new StringCollector();
  assert.is(collector.take(), '');
  collector.append('a');
  collector.append('');
  collector.append('𝄞');
  assert.is(collector.take(), 'a𝄞');
  assert.is(collector.take(), '');
  collector.append('b');
  assert.is(collector.take(), 'b');
});

test('StringCollector joins 100,000 characters of any alphabet', () => {
  for (const character of ['x', 'é', 'κ', '𝄞']) {
    const collector = new StringCollector();
    for (let i = 0; i < 100_000; i++) collector.append(character);
    assert.ok(collector.take() === character.repeat(100_000), character);
  }
});

test('StringCollector holds at most twice the bytes in parts of one byte (attack 11)', () => {
  const characters = 2 ** 20;
  const held = heldBytes(() => {
    const collector = new StringCollector();
    for (let i = 0; i < characters; i++) collector.append('x');
    return collector;
  });
  assert.ok(held <= 2 * characters, `${held} bytes for ${characters}`);
});

test('StringCollector holds little memory for short texts in small parts', () => {
  for (const length of [1, 14, 40]) {
    const bytes = new Uint8Array(length).fill(0x61);
    const held = heldBytes(() =>
      Array.from({ length: 50 }, () => {
        const collector = new StringCollector();
        const decoder = new Utf8Decoder();
        for (let i = 0; i < 255; i++) collector.append(decoder.decodePart(bytes, false));
        return collector;
      }),
    );
    assert.ok(held / 50 <= 40_000, `parts of ${length}: ${held / 50} bytes`);
  }
});

test('StringCollector returns short texts of small parts without excess memory', () => {
  for (const length of [1, 2, 14]) {
    const texts = 200;
    const bytes = new Uint8Array(length).fill(0x61);
    const held = heldBytes(() => {
      const collector = new StringCollector();
      const decoder = new Utf8Decoder();
      return Array.from({ length: texts }, () => {
        for (let i = 0; i < 255; i++) collector.append(decoder.decodePart(bytes, false));
        return collector.take();
      });
    });
    assert.ok(held / texts <= 255 * length + 200, `parts of ${length}: ${held / texts} bytes`);
  }
});

test('StringCollector flattens each character at most once, and no more than 65,536 in a call (attack 19)', () => {
  const { charCodeAt } = String.prototype;
  let written = 0;
  String.prototype.charCodeAt = function (this: string, index: number) {
    written += this.length;
    assert.ok(this.length <= 65_536, `${this.length} characters at once`);
    return charCodeAt.call(this, index);
  };
  try {
    for (const [parts, characters] of [
      [2 ** 22, 'x'],
      [4096, 'x'.repeat(64)],
      [100_000, 'x'.repeat(100)],
    ] as const) {
      written = 0;
      const collector = new StringCollector();
      for (let i = 0; i < parts; i++) collector.append(characters);
      assert.is(collector.take().length, parts * characters.length);
      assert.ok(written <= parts * characters.length, `${written} characters for ${parts} parts`);
    }
  } finally {
    String.prototype.charCodeAt = charCodeAt;
  }
});

test.run();
