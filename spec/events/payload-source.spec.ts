import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sliceBytes } from '../../lib/base/budget.ts';
import { joinBytes } from '../../lib/bytes/chunk-gatherer.ts';
import { PayloadSource } from '../../lib/events/payload-source.ts';
import { FakeDeflater } from '../support/fake-codec.ts';
import { hex } from '../support/hex.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('PayloadSource');

/** Returns copies of all pieces, because a deflater reuses its memory. */
function pieces(source: PayloadSource): Uint8Array[] {
  const all: Uint8Array[] = [];
  for (let piece = source.read(); piece !== undefined; piece = source.read()) all.push(piece.slice());
  return all;
}

test('returns text as UTF-8, 65,536 UTF-16 units at a time', () => {
  const text = `${'é'.repeat(sliceBytes)}ab`;
  const source = new PayloadSource(text, undefined, true);
  assert.is(source.read()?.length, 2 * sliceBytes);
  assert.is(source.done, false);
  assert.equal(source.read(), utf8('ab'));
  assert.is(source.done, true);
  assert.is(source.read(), undefined);
  assert.is(source.workedBytes, 2 * sliceBytes + 2);
});

test('does not separate a surrogate pair at the edge of a slice, and replaces a lone surrogate', () => {
  const ends = ['😀', '😀x', '\ud83d', '\ud83dx', '\ude00x'];
  for (const before of [0, 1, 2]) {
    for (const end of ends) {
      const text = 'a'.repeat(sliceBytes - before) + end;
      const bytes = joinBytes(pieces(new PayloadSource(text, undefined, true)));
      assert.is(hex(bytes) === hex(utf8(text)), true, `${before} ${JSON.stringify(end)}`);
    }
  }
});

test('returns bytes in slices, and one empty piece if there are none', () => {
  const bytes = new Uint8Array(2 * sliceBytes + 1).fill(7);
  const lengths = (payload: Uint8Array | string) =>
    pieces(new PayloadSource(payload, undefined, true)).map(({ length }) => length);
  assert.equal(lengths(bytes), [sliceBytes, sliceBytes, 1]);
  assert.equal(lengths(bytes.subarray(1)), [sliceBytes, sliceBytes]);
  assert.equal(lengths(''), [0]);
});

test('passes one slice at a time to the deflater, and ends the message with the last one', () => {
  for (const last of [true, false]) {
    const deflater = new FakeDeflater();
    const source = new PayloadSource('a'.repeat(sliceBytes + 1), deflater, last);
    assert.is(source.compresses, true);
    assert.equal(source.read(), new Uint8Array(0));
    assert.is(deflater.written.length, 1);
    assert.is(source.workedBytes, sliceBytes);
    const compressed = joinBytes(pieces(source));
    assert.equal(compressed, new Uint8Array(sliceBytes + 1).fill(0x61 ^ 0xff));
    assert.is(deflater.written[1], last ? '61.' : '61');
    assert.is(source.workedBytes, 2 * (sliceBytes + 1));
  }
});

test('ends an empty message', () => {
  const deflater = new FakeDeflater();
  assert.equal(pieces(new PayloadSource('', deflater, true)), [new Uint8Array(0)]);
  assert.equal(deflater.written, ['.']);
});

test.run();
