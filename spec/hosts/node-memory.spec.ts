import { Buffer } from 'node:buffer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { socketMemory, streamMemory } from '../../lib/hosts/node-memory.ts';

const test = suite('node-memory');

test('makes buffers of the exact length that share no memory', () => {
  for (const { allocate } of [socketMemory, streamMemory]) {
    const buffers = [1, 16_384, 65_536, 65_536].map(byteLength => allocate!(byteLength));
    assert.equal(
      buffers.map(buffer => buffer.byteLength),
      [1, 16_384, 65_536, 65_536],
    );
    assert.is(new Set(buffers).size, 4);
  }
});

test('clears a buffer that the runtime makes too large', () => {
  const { allocUnsafeSlow } = Buffer;
  try {
    Buffer.allocUnsafeSlow = byteLength => Buffer.alloc(2 * byteLength);
    assert.is(socketMemory.allocate!(20_000).byteLength, 20_000);
  } finally {
    Buffer.allocUnsafeSlow = allocUnsafeSlow;
  }
});

test('owns the chunks of a socket, but not those of other streams', () => {
  assert.equal([socketMemory.ownsInput, streamMemory.ownsInput], [true, false]);
});

test.run();
