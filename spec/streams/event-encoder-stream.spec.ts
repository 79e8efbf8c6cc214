import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EventEncoderStream } from '../../lib/streams/event-encoder-stream.ts';
import { piped } from '../support/piped.ts';

const test = suite('EventEncoderStream');

test('gives the parts of one or several events (§5.6)', async () => {
  const text = { type: 'text', data: 'a' } as const;
  const parts = await piped(new EventEncoderStream(), text, [text, { type: 'ping' }]);
  assert.equal(
    parts.map(({ type }) => type),
    ['text', 'text', 'ping'],
  );
});

test.run();
