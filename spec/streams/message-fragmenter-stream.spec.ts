import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MessageFragmenterStream } from '../../lib/streams/message-fragmenter-stream.ts';
import { piped } from '../support/piped.ts';

const test = suite('MessageFragmenterStream');

const part = { type: 'text', compressed: false, first: true, last: true, payload: 'ab' } as const;

test('fragments messages into frames of the size in its options (§5.4)', async () => {
  assert.is((await piped(new MessageFragmenterStream(), part)).length, 1);
  const frames = await piped(new MessageFragmenterStream({ maxFrameBytes: 1 }), part);
  assert.equal(
    frames.map(({ opcode, fin }) => [opcode, fin]),
    [
      [1, false],
      [0, true],
    ],
  );
});

test.run();
