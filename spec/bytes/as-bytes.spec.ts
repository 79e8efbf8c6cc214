import { runInNewContext } from 'node:vm';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { asBytes, type ByteSource, isByteSource } from '../../lib/bytes/as-bytes.ts';
import { counted, hex } from '../support/bytes.ts';

const test = suite('asBytes');

/** Every kind of view, over bytes 8 to 23 of 32. */
function views(buffer: ArrayBufferLike): ArrayBufferView[] {
  return [
    new Int8Array(buffer, 8, 16),
    new Uint8Array(buffer, 8, 16),
    new Uint8ClampedArray(buffer, 8, 16),
    new Int16Array(buffer, 8, 8),
    new Uint16Array(buffer, 8, 8),
    new Int32Array(buffer, 8, 4),
    new Uint32Array(buffer, 8, 4),
    new Float32Array(buffer, 8, 4),
    new Float64Array(buffer, 8, 2),
    new BigInt64Array(buffer, 8, 2),
    new BigUint64Array(buffer, 8, 2),
    new DataView(buffer, 8, 16),
    Buffer.from(buffer as ArrayBuffer, 8, 16),
  ];
}

test('returns exactly the bytes of every kind of view, at any offset and length', () => {
  const buffer = counted(32).buffer;
  for (const view of views(buffer)) {
    const bytes = asBytes(view);
    assert.is(hex(bytes), hex(counted(32).subarray(8, 24)), view.constructor.name);
    assert.is(bytes.buffer, buffer, 'without a copy');
    assert.is(bytes.byteOffset, 8);
    assert.ok(isByteSource(view));
  }
});

test('returns a plain Uint8Array as it is', () => {
  const bytes = counted(3);
  assert.is(asBytes(bytes), bytes);
});

test('converts a subclass to a plain Uint8Array, because a slice of a Buffer shares memory', () => {
  const bytes = asBytes(Buffer.from('abc'));
  assert.is(Object.getPrototypeOf(bytes), Uint8Array.prototype);
  assert.is(hex(bytes), '616263');
});

test('covers whole buffers, also shared ones', () => {
  const shared = new SharedArrayBuffer(3);
  new Uint8Array(shared).set([1, 2, 3]);
  for (const buffer of [counted(3).buffer, shared]) {
    assert.is(asBytes(buffer).buffer, buffer);
    assert.is(asBytes(buffer).length, 3);
    assert.ok(isByteSource(buffer));
  }
  assert.is(hex(asBytes(shared)), '010203');
});

test('accepts buffers and views of another realm', () => {
  for (const code of [
    'new Uint8Array([7, 8])',
    'new Uint8Array([7, 8]).buffer',
    'new DataView(new Uint8Array([7, 8]).buffer)',
  ]) {
    const foreign = runInNewContext(code) as ByteSource;
    assert.ok(isByteSource(foreign), code);
    const bytes = asBytes(foreign);
    assert.is(Object.getPrototypeOf(bytes), Uint8Array.prototype, code);
    assert.is(hex(bytes), '0708', code);
  }
});

test('rejects everything else, so that a number does not become a length', () => {
  const wrong: [value: unknown, named: string][] = [
    [200, '200'],
    ['abc', '"abc"'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ length: 200 }, 'an object'],
    [[1, 2, 3], 'an array'],
    [{ byteLength: 3 }, 'an object'],
    [() => 0, 'a function'],
    [1n, '1n'],
  ];
  for (const [value, named] of wrong) {
    assert.not(isByteSource(value));
    assert.throws(
      () => asBytes(value as ByteSource),
      (error: unknown) =>
        error instanceof TypeError && error.message === `expected a buffer or a view of one (got ${named})`,
    );
  }
});

test.run();
