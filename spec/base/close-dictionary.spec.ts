import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { closeDictionary, validCloseInfo } from '../../lib/base/close-dictionary.ts';
import { thrownBy } from '../support/reading.ts';

// The WebSockets standard, "validate close code and reason", and WebIDL's dictionaries.

const test = suite('WebSocketCloseInfo');

function refuses(name: string, value: unknown): Error {
  const error = thrownBy(() => closeDictionary(value)) as Error;
  assert.is(error?.name, name, inspect(value));
  return error;
}

test('accepts an object, undefined and null', () => {
  for (const nothing of [undefined, null, {}, [], () => {}]) {
    assert.equal(closeDictionary(nothing), { closeCode: undefined, reason: '' });
  }
  for (const other of [true, 3000, 'bye']) refuses('TypeError', other);
});

test('converts the code and the reason', () => {
  for (const [value, closeCode, reason] of [
    [{ closeCode: '1000.9', reason: '\ud800' }, 1000, '\ufffd'],
    [{ closeCode: 3000, reason: null }, 3000, 'null'],
    [{ closeCode: 4999, reason: '\ufeffé' }, 4999, '\ufeffé'],
    [{ reason: 5 }, undefined, '5'],
  ] as const) {
    assert.equal(closeDictionary(value), { closeCode, reason });
  }
});

test('reads members in order, including inherited ones', () => {
  const order: string[] = [];
  const given = {
    get reason() {
      order.push('reason');
      return 'x';
    },
    get closeCode() {
      order.push('closeCode');
      return 4000;
    },
  };
  assert.equal(closeDictionary(Object.create(given)), { closeCode: 4000, reason: 'x' });
  assert.equal(order, ['closeCode', 'reason']);
});

test('rejects codes that an application may not send', () => {
  for (const closeCode of [0, 999, 1001, 1005, 1006, 1015, 2999, 5000, 65_535, null]) {
    const error = refuses('InvalidAccessError', { closeCode, reason: 'x'.repeat(124) });
    assert.instance(error, DOMException);
  }
  for (const closeCode of [-1, 65_536, Number.NaN, 'x', 1000n]) refuses('TypeError', { closeCode });
  assert.match(
    refuses('InvalidAccessError', { closeCode: 1001 }).message,
    /^closeCode must be 1000 or from 3000 to 4999 \(got 1001\)$/,
  );
});

test('rejects reasons longer than 123 bytes of UTF-8', () => {
  assert.is(validCloseInfo(1000, 'é'.repeat(61)).reason.length, 61);
  assert.is(validCloseInfo(undefined, 'x'.repeat(123)).reason.length, 123);
  refuses('SyntaxError', { closeCode: 1000, reason: 'x'.repeat(124) });
  assert.instance(refuses('SyntaxError', { reason: '🔌'.repeat(32) }), DOMException);
});

test.run();
