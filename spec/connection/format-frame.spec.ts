import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatFrame } from '../../lib/connection/format-frame.ts';
import type { TappedFrame } from '../../lib/connection/frame-observer.ts';
import { Opcode } from '../../lib/frames/opcode.ts';
import { fromHex } from '../support/hex.ts';
import { closeBody, fromClient } from '../support/named-frames.ts';
import { settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('formatFrame');

const frame: TappedFrame = {
  direction: 'in',
  opcode: Opcode.Text,
  fin: true,
  rsv1: false,
  payloadBytes: 0,
  payload: undefined,
};

for (const [line, fields] of [
  ['< TEXT [0 bytes]', {}],
  ['> BINARY [7 bytes]', { direction: 'out', opcode: Opcode.Binary, payloadBytes: 7 }],
  ['< TEXT "a\\nb" [3 bytes]', { payload: utf8('a\nb'), payloadBytes: 3 }],
  ['> TEXT "ü" [1 byte]', { direction: 'out', payload: 'ü', payloadBytes: 1 }],
  ['< TEXT 4a 04 00 [3 bytes, compressed]', { rsv1: true, payload: fromHex('4a0400'), payloadBytes: 3 }],
  ['< TEXT "a" [1 byte, continued]', { fin: false, payload: fromHex('61'), payloadBytes: 1 }],
  ['< CONTINUATION 61 [1 byte]', { opcode: Opcode.Continuation, payload: fromHex('61'), payloadBytes: 1 }],
  [
    '> CLOSE 1000 [2 bytes]',
    { direction: 'out', opcode: Opcode.Close, payload: fromHex(closeBody(1000)), payloadBytes: 2 },
  ],
  [
    '< CLOSE 4000 "bye" [5 bytes]',
    { opcode: Opcode.Close, payload: fromHex(closeBody(4000, 'bye')), payloadBytes: 5 },
  ],
  ['< CLOSE [0 bytes]', { opcode: Opcode.Close, payload: new Uint8Array(0) }],
  ['< CLOSE 03 [1 byte]', { opcode: Opcode.Close, payload: fromHex('03'), payloadBytes: 1 }],
  ['< PING 01 02 [2 bytes]', { opcode: Opcode.Ping, payload: fromHex('0102'), payloadBytes: 2 }],
  ['> PONG [0 bytes]', { direction: 'out', opcode: Opcode.Pong }],
  ['< OPCODE 3 [0 bytes]', { opcode: 3 }],
] as [line: string, fields: Partial<TappedFrame>][]) {
  test(`writes ${line}`, () => {
    assert.is(formatFrame({ ...frame, ...fields }), line);
  });
}

test('cuts long payloads', () => {
  const long = formatFrame({ ...frame, payload: 'x'.repeat(61), payloadBytes: 61 });
  assert.is(long, `< TEXT "${'x'.repeat(60)}…" [61 bytes]`);
  const bytes = formatFrame({
    ...frame,
    opcode: Opcode.Binary,
    payload: new Uint8Array(21),
    payloadBytes: 21,
  });
  assert.is(bytes, `< BINARY ${Array(20).fill('00').join(' ')} … [21 bytes]`);
});

test('is made for the option tap of a socket', async () => {
  const lines: string[] = [];
  const { duplex, socket } = openByHand({ tap: seen => lines.push(formatFrame(seen)), tapPayloads: true });
  socket.discardIncoming();
  duplex.give(fromClient.text('hi'));
  socket.send('hello');
  await settle();
  assert.equal(lines.sort(), ['< TEXT "hi" [2 bytes]', '> TEXT "hello" [5 bytes]']);
});

test.run();
