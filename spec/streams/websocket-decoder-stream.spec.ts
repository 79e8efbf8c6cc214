import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketDecoderStream } from '../../lib/streams/websocket-decoder-stream.ts';
import { unhex } from '../support/hex.ts';
import { piped } from '../support/piped.ts';

const test = suite('WebSocketDecoderStream');

test('decodes bytes into events, up to the Close (§5 to §8)', async () => {
  const stream = new WebSocketDecoderStream({ role: 'client' });
  assert.equal(await piped(stream, unhex('0101618900'), unhex('800162880203e8')), [
    { type: 'ping', data: new Uint8Array() },
    { type: 'text', data: 'ab', last: true },
    { type: 'close', closeCode: 1000, reason: '' },
  ]);
});

test.run();
