import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assignCodes } from '../../lib/deflate/canonical-codes.ts';

const test = suite('assignCodes');

const assign = (...lengths: number[]) => {
  const codes = new Uint16Array(lengths.length);
  assignCodes(Uint8Array.from(lengths), codes);
  return [...codes]
    .map((code, i) =>
      [...code.toString(2).padStart(lengths[i]!, '0')].reverse().join('').slice(0, lengths[i]),
    )
    .join(' ');
};

test('assigns the codes of the example in RFC 1951 §3.2.2', () => {
  assert.equal(assign(3, 3, 3, 3, 3, 2, 4, 4), '010 011 100 101 110 00 1110 1111');
  assert.equal(assign(2, 1, 3, 3), '10 0 110 111');
});

test('assigns codes of up to 15 bits', () => {
  const lengths = [...Array.from({ length: 15 }, (_, i) => i + 1), 15];
  assert.ok(assign(...lengths).endsWith(`${'1'.repeat(14)}0 ${'1'.repeat(15)}`));
});

test.run();
