import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isWireCloseCode } from '../../lib/base/close-code.ts';

const test = suite('isWireCloseCode');

test('accepts exactly the codes that a Close frame may carry, of all 65,536 (§7.4)', () => {
  const expected = (code: number) =>
    [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].includes(code) ||
    (code >= 3000 && code <= 4999);
  for (let code = 0; code <= 65535; code++) assert.is(isWireCloseCode(code), expected(code), String(code));
});

test('rejects values that are not integers', () => {
  for (const code of [NaN, Infinity, 1000.5, -1000]) assert.is(isWireCloseCode(code), false);
});

test.run();
