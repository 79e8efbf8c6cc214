import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EventDecoderStream, eventBytes } from '../../lib/streams/event-decoder-stream.ts';
import { piped } from '../support/piped.ts';

const test = suite('EventDecoderStream');

const part = { type: 'text', compressed: false, declaredBytes: 2 } as const;
const parts = [
  { ...part, first: true, last: false, payload: Uint8Array.of(0x61) },
  { ...part, first: false, last: true, payload: Uint8Array.of(0x62) },
] as const;
const close = { ...part, type: 'close', first: true, last: true, payload: new Uint8Array() } as const;

test('gives whole messages, or parts if deliver says so (§5.6)', async () => {
  assert.equal(await piped(new EventDecoderStream(), ...parts, close), [
    { type: 'text', data: 'ab', last: true },
    { type: 'close', closeCode: undefined, reason: '' },
  ]);
  const [first] = await piped(new EventDecoderStream({ deliver: 'parts' }), ...parts, close);
  assert.equal(first, { type: 'text', data: 'a', last: false });
});

test('eventBytes: counts bytes, or UTF-16 units', () => {
  assert.is(eventBytes({ type: 'text', data: '€', last: true }), 1);
  assert.is(eventBytes({ type: 'ping', data: new Uint8Array(3) }), 3);
  assert.is(eventBytes({ type: 'close', closeCode: 1000, reason: 'done' }), 0);
});

test.run();
