import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bufferSource } from '../../lib/bytes/buffer-source.ts';
import { thrownBy } from '../support/reading.ts';

const test = suite('BufferSource');

test('returns the bytes of a buffer, or those that a view covers, without a copy', () => {
  const { buffer } = new Uint8Array([0, 1, 2, 3, 4]);
  for (const [source, start, end] of [
    [buffer, 0, 5],
    [new Uint8Array(buffer, 1, 2), 1, 3],
    [new DataView(buffer, 3), 3, 5],
    [new Uint16Array(buffer, 2, 1), 2, 4],
    [Buffer.from(buffer, 1, 3), 1, 4],
  ] as const) {
    const bytes = bufferSource(source)!;
    assert.is(bytes.constructor, Uint8Array);
    assert.is(bytes.buffer, buffer);
    assert.equal([bytes.byteOffset, bytes.byteLength], [start, end - start]);
  }
});

test('returns undefined for anything else, even if it looks like a buffer', () => {
  class Fake {
    readonly byteLength = 3;
    get [Symbol.toStringTag](): string {
      return 'ArrayBuffer';
    }
  }
  for (const other of [undefined, null, 5, 'x', {}, [1], new Fake(), Object.create(ArrayBuffer.prototype)]) {
    assert.is(bufferSource(other), undefined);
  }
  assert.is(bufferSource(new SharedArrayBuffer(4)), undefined);
});

test('accepts a buffer with a changed tag or another prototype', () => {
  const renamed = Object.defineProperty(new ArrayBuffer(3), Symbol.toStringTag, { value: 'Mine' });
  assert.is(bufferSource(renamed)?.length, 3);
  assert.is(bufferSource(Object.setPrototypeOf(new ArrayBuffer(2), null))?.length, 2);
});

test('rejects resizable buffers, views of them, and views of shared buffers', () => {
  const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer;
  const resizable = new Resizable(4, { maxByteLength: 8 });
  for (const source of [resizable, new Uint8Array(resizable), new Uint8Array(new SharedArrayBuffer(4))]) {
    assert.instance(
      thrownBy(() => bufferSource(source)),
      TypeError,
    );
  }
});

test.run();
