import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FrameEncoderStream } from '../../lib/streams/frame-encoder-stream.ts';
import { hex, sameKey } from '../support/bytes.ts';
import { framesWith, fromServer } from '../support/named-frames.ts';
import { piped } from '../support/piped.ts';

const test = suite('FrameEncoderStream');

const frame = { opcode: 1, fin: true, rsv1: false, payload: 'a' } as const;

test('encodes frames, masked with the keys of its options (§5.2)', async () => {
  const [bare] = await piped(new FrameEncoderStream({ role: 'server' }), frame);
  assert.is(hex(bare!), fromServer.text('a'));
  const randomBytes = sameKey('01020304');
  const [masked] = await piped(new FrameEncoderStream({ role: 'client', randomBytes }), frame);
  assert.is(hex(masked!), framesWith(randomBytes(4)).text('a'));
});

test('takes keys from the platform by default (§5.3)', async () => {
  const [masked] = await piped(new FrameEncoderStream({ role: 'client' }), [frame, frame]);
  assert.is(masked!.length, 14);
  assert.not.equal(masked!.slice(2, 6), masked!.slice(9, 13));
});

test('gives a byte stream, and does not change the payloads', async () => {
  const payload = new Uint8Array(20_000).fill(7);
  const { readable, writable } = new FrameEncoderStream({ role: 'server' });
  const written = writable.getWriter().write({ opcode: 2, fin: true, rsv1: false, payload });
  const reader = readable.getReader({ mode: 'byob' });
  const { value: header } = await reader.read(new Uint8Array(4));
  assert.is(hex(header!), fromServer.binary('', { declared: 20_000 }));
  const { value: body } = await reader.read(new Uint8Array(20_000));
  assert.equal([body, payload.length], [payload, 20_000]);
  // The write settles when another read finds the stage empty.
  void reader.read(new Uint8Array(1));
  await written;
});

test.run();
