import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocketError } from '../../lib/base/websocket-error.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { messageLimit, webSocketDecoder } from '../../lib/events/websocket-decoder.ts';
import { unhex } from '../support/hex.ts';
import { readAll, through, thrownBy } from '../support/reading.ts';

const test = suite('webSocketDecoder');

const codeOf = (run: () => unknown) => (thrownBy(run) as WebSocketError).closeCode;

test('messageLimit is 1 MiB for a server and 16 MiB for a client, and none for parts (§10.4)', () => {
  assert.is(messageLimit({ role: 'server' }), 1_048_576);
  assert.is(messageLimit({ role: 'client' }), 16_777_216);
  assert.is(messageLimit({ role: 'server', deliver: 'parts' }), Infinity);
  assert.is(messageLimit({ role: 'server', deliver: 'parts', maxMessageBytes: 5 }), 5);
  assert.throws(() => messageLimit({ role: 'x' as 'client' }), /role/);
  assert.throws(() => messageLimit({ role: 'client', maxMessageBytes: 0 }), /maxMessageBytes/);
});

test('gives events from octets, in either role (§5 to §8)', () => {
  const text = { type: 'text', data: 'ab', last: true };
  assert.equal(through(webSocketDecoder({ role: 'client' }), unhex('010161 800162'.replace(' ', ''))), [
    text,
  ]);
  const masked = unhex('018100000000' + '61' + '808100000000' + '62');
  assert.equal(through(webSocketDecoder({ role: 'server' }), masked), [text]);
  assert.is(
    codeOf(() => through(webSocketDecoder({ role: 'server' }), unhex('810161'))),
    1002,
  );
});

test('hands its limits to who keeps them (§10.4)', () => {
  const bytes = webSocketDecoder({ role: 'client', maxMessageBytes: 1 });
  assert.is(
    codeOf(() => through(bytes, unhex('8102'))),
    1009,
  );
  const fragments = webSocketDecoder({ role: 'client', maxFragments: 1 });
  assert.is(
    codeOf(() => through(fragments, unhex('01000000'))),
    1008,
  );
  assert.is(
    codeOf(() => through(webSocketDecoder({ role: 'server' }), unhex('82ff000000000010000100000000'))),
    1009,
  );
});

test('takes RSV1 where there is an inflater, and nowhere else (RFC 7692 §6)', () => {
  const hello = unhex('c107f248cdc9c90700');
  const inflater = new Inflater({ windowBits: 15, contextTakeover: true, maxMessageBytes: 5 });
  assert.equal(through(webSocketDecoder({ role: 'client', inflater }), hello), [
    { type: 'text', data: 'Hello', last: true },
  ]);
  assert.is(
    codeOf(() => through(webSocketDecoder({ role: 'client' }), hello)),
    1002,
  );
});

test('gives parts where these are chosen', () => {
  const decoder = webSocketDecoder({ role: 'client', deliver: 'parts' });
  assert.equal(through(decoder, unhex('010161')), [{ type: 'text', data: 'a', last: false }]);
});

test('copies what it must not keep: a large payload of a client, not one of a server', () => {
  const payload = new Uint8Array(20_000).fill(7);
  const bare = Uint8Array.of(0x82, 126, 0x4e, 0x20, ...payload);
  const masked = Uint8Array.of(0x82, 0xfe, 0x4e, 0x20, 0, 0, 0, 0, ...payload);
  for (const [role, chunk, ownsInput, shares] of [
    ['client', bare, false, false],
    ['client', bare, true, true],
    ['server', masked, false, false],
    ['server', masked, true, true],
  ] as const) {
    const decoder = webSocketDecoder({ role, ownsInput });
    decoder.write(chunk);
    const [event] = readAll(decoder);
    const { data } = event as { data: Uint8Array };
    assert.equal([data.length, data[19_999]], [20_000, 7]);
    assert.is(data.buffer === chunk.buffer, shares, `${role}, ${ownsInput}`);
  }
});

test.run();
