import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assignCodes } from '../../lib/deflate/canonical-codes.ts';

const test = suite('assignCodes');

const assign = (...lengths: number[]) => {
  const codes = new Uint16Array(lengths.length);
  const shape = assignCodes(Uint8Array.from(lengths), codes);
  const written = [...codes].map((code, i) =>
    [...code.toString(2).padStart(lengths[i]!, '0')].reverse().join('').slice(0, lengths[i]),
  );
  return [shape, written.join(' ')];
};

test('assigns the codes of the example in RFC 1951 §3.2.2', () => {
  assert.equal(assign(3, 3, 3, 3, 3, 2, 4, 4), ['complete', '010 011 100 101 110 00 1110 1111']);
  assert.equal(assign(2, 1, 3, 3), ['complete', '10 0 110 111']);
});

test('tells the shapes of codes apart', () => {
  assert.is(assign(0, 0)[0], 'empty');
  assert.is(assign(0, 1)[0], 'alone');
  assert.is(assign(0, 2)[0], 'incomplete');
  assert.is(assign(2, 2)[0], 'incomplete');
  assert.is(assign(1, 2)[0], 'incomplete');
  assert.is(assign(1, 1)[0], 'complete');
  assert.is(assign(1, 1, 15)[0], 'over-subscribed');
  assert.is(assign(1, 1, 1)[0], 'over-subscribed');
});

test('reaches fifteen bits', () => {
  const lengths = [...Array.from({ length: 15 }, (_, i) => i + 1), 15];
  const [shape, written] = assign(...lengths) as [string, string];
  assert.is(shape, 'complete');
  assert.ok(written.endsWith(`${'1'.repeat(14)}0 ${'1'.repeat(15)}`));
});

test.run();
