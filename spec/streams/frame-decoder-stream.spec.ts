import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FrameDecoderStream } from '../../lib/streams/frame-decoder-stream.ts';
import { fromHex } from '../support/hex.ts';
import { fromClient } from '../support/named-frames.ts';
import { piped } from '../support/piped.ts';

const test = suite('FrameDecoderStream');

test('decodes bytes into frames by the rules of its role (§5.2)', async () => {
  const [frame, ...others] = await piped(
    new FrameDecoderStream({ role: 'server' }),
    fromHex(fromClient.text('', { declared: 1 })),
    fromHex('61'),
  );
  assert.equal([frame?.opcode, frame?.payload.length, others.length], [1, 0, 1]);
  assert.equal(others[0]?.payload, fromHex('61'));
});

test.run();
