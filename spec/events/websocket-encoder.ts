import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OutgoingEvent } from '../../lib/events/event.ts';
import { WebSocketEncoder } from '../../lib/events/websocket-encoder.ts';
import { hex, unhex } from '../support/hex.ts';
import { readAll, through, thrownBy } from '../support/reading.ts';

const test = suite('WebSocketEncoder');

const text = (data: string): OutgoingEvent => ({ type: 'text', data });

test('gives one chunk for what is written together (§5 to §8)', () => {
  const encoder = new WebSocketEncoder({ role: 'server' });
  const events = [text('a'), { type: 'ping' } as const, { type: 'close', closeCode: 1000 } as const];
  assert.equal(through(encoder, events).map(hex), ['8101618900880203e8']);
  encoder.close();
});

test('gives a chunk for each write, and nothing for nothing', () => {
  const encoder = new WebSocketEncoder({ role: 'server' });
  assert.is(encoder.read(), undefined);
  assert.equal(
    through<OutgoingEvent | readonly OutgoingEvent[], Uint8Array>(encoder, text('a'), [], text('b')).map(hex),
    ['810161', '810162'],
  );
});

test('masks for a client (§5.3), and cuts frames where its options say (§5.4)', () => {
  const encoder = new WebSocketEncoder({
    role: 'client',
    randomBytes: () => unhex('01020304'),
    maxFrameBytes: 1,
  });
  assert.equal(through(encoder, text('ab')).map(hex), ['01810102030460' + '80810102030463']);
});

test('takes no more frames at a time than 256, or 64 KiB', () => {
  const small = new WebSocketEncoder({ role: 'server' });
  small.write(Array.from({ length: 300 }, () => text('')));
  assert.equal(
    readAll(small).map(({ length }) => length),
    [512, 88],
  );
  const middle = new WebSocketEncoder({ role: 'server', maxFrameBytes: 8192 });
  middle.write({ type: 'binary', data: new Uint8Array(10 * 8192) });
  assert.equal(
    readAll(middle).map(({ length }) => length),
    [8 * 8196, 2 * 8196],
  );
});

test('accepts nothing inside a message when it closes (§5.4)', () => {
  const encoder = new WebSocketEncoder({ role: 'server' });
  assert.is(hex(through(encoder, { type: 'text', data: 'a', last: false } as const)[0]!), '010161');
  assert.instance(
    thrownBy(() => encoder.close()),
    Error,
  );
});

test('gives what one batch makes chunk by chunk: a header, and the payload that is lent', () => {
  const encoder = new WebSocketEncoder({ role: 'server' });
  const data = new Uint8Array(20_000);
  const chunks = through(encoder, [{ type: 'binary', data } as const, text('a')]);
  assert.equal(
    chunks.map(({ length }) => length),
    [4, 20_000, 3],
  );
  assert.is(chunks[1]!.buffer, data.buffer);
});

test.run();
