import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketEncoderStream } from '../../lib/streams/websocket-encoder-stream.ts';
import { hex, sameKey } from '../support/bytes.ts';
import { framesWith, fromServer } from '../support/named-frames.ts';
import { piped } from '../support/piped.ts';

const test = suite('WebSocketEncoderStream');

const events = [
  { type: 'text', data: 'a' },
  { type: 'close', closeCode: 1000 },
] as const;

test('encodes events, masked with the keys of its options (§5 to §8)', async () => {
  const [bare] = await piped(new WebSocketEncoderStream({ role: 'server' }), events);
  assert.is(hex(bare!), fromServer.text('a') + fromServer.close(1000));
  const randomBytes = sameKey('01020304');
  const [masked] = await piped(new WebSocketEncoderStream({ role: 'client', randomBytes }), events[0]);
  assert.is(hex(masked!), framesWith(randomBytes(4)).text('a'));
});

test('takes keys from the platform by default (§5.3)', async () => {
  const [masked] = await piped(new WebSocketEncoderStream({ role: 'client' }), [events[0], events[0]]);
  assert.is(masked!.length, 14);
  assert.not.equal(masked!.slice(2, 6), masked!.slice(9, 13));
});

test.run();
