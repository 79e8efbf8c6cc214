import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketDecoderStream } from '../../lib/streams/websocket-decoder-stream.ts';
import { fromHex } from '../support/hex.ts';
import { fromServer } from '../support/named-frames.ts';
import { piped } from '../support/piped.ts';

const test = suite('WebSocketDecoderStream');

test('decodes bytes into events, up to the Close (§5 to §8)', async () => {
  const stream = new WebSocketDecoderStream({ role: 'client' });
  const { text, ping, continuation, close } = fromServer;
  const chunks = [text('a', { fin: false }) + ping(), continuation('b') + close(1000)];
  assert.equal(await piped(stream, ...chunks.map(fromHex)), [
    { type: 'ping', data: new Uint8Array() },
    { type: 'text', data: 'ab', last: true },
    { type: 'close', closeCode: 1000, reason: '' },
  ]);
});

test.run();
