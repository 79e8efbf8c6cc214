// Duplexes with the manners of the hosts that cannot be had in a spec, as they have been reported: Cloudflare Workers,
// Deno, Direct Sockets, WebTransport. What a WebSocket over them has to make of it.

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocketError } from '../../lib/base/websocket-error.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import type { ByteDuplex } from '../../lib/streams/byte-duplex.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { hex, unhex } from '../support/hex.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand, socketOver } from '../support/socket-over.ts';

const test = suite('the manners of hosts');

/** A Close of a client with code 1000, masked by zeros, and that of a server. */
const clientClose = '888200000000' + '03e8';
const serverClose = '8802' + '03e8';

class BadResource extends Error {}

test('Workers: writes settle before there is a connection, and its failure comes on the streams', async () => {
  const duplex = new HandDuplex();
  const opening = connectWebSocket(duplex, 'ws://example.com/', { handshakeTimeoutMs: Infinity });
  await settle();
  assert.ok(duplex.out.length > 0, 'the request has been taken');
  const refused = new TypeError('proxy request failed');
  duplex.breakInput(refused);
  duplex.breakOutput(refused);
  const error = (await fate(opening)) as WebSocketError;
  assert.is(error.name, 'HandshakeError');
  assert.is(error.cause, refused);
});

test('Workers: a socket that fails with undefined behind both Closes has ended', async () => {
  const { duplex, socket } = openByHand();
  duplex.give(clientClose);
  await settle();
  duplex.breakInput(undefined);
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
});

test('Workers: `closed` of the host that never settles, and a `close` that rejects, are not depended on', async () => {
  const duplex = Object.assign(new HandDuplex(), {
    opened: Promise.resolve({}),
    closed: new Promise<void>(() => {}),
    close: () => Promise.reject(undefined),
  });
  const { socket } = openByHand({}, duplex);
  duplex.give(clientClose);
  await settle();
  duplex.end();
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
});

test('Workers: what is written are views of octets, never strings', async () => {
  const duplex = new HandDuplex();
  const kinds = new Set<unknown>();
  const writable = new WritableStream<Uint8Array>({ write: chunk => void kinds.add(chunk.constructor) });
  const opening = connectWebSocket({ readable: duplex.readable, writable }, 'ws://example.com/');
  await settle();
  duplex.end();
  await opening.catch(() => {});
  assert.equal([...kinds], [Uint8Array]);
});

test('Deno: the end of the readable takes the writable along: behind both Closes an end, before them 1006', async () => {
  const endAll = (duplex: HandDuplex) => {
    duplex.end();
    duplex.breakOutput(new BadResource());
  };
  const clean = openByHand();
  clean.duplex.give(clientClose);
  await settle();
  endAll(clean.duplex);
  assert.equal(await clean.socket.closed, { closeCode: 1000, reason: '' });

  const cut = openByHand();
  endAll(cut.duplex);
  assert.is(((await fate(cut.socket.closed)) as WebSocketError).closeCode, 1006);
});

test('Deno: TLS that ends without close_notify is an error: behind both Closes an end, before them 1006 with the cause', async () => {
  const unexpectedEof = new Error('peer closed connection without sending TLS close_notify');
  const clean = openByHand();
  clean.duplex.give(clientClose);
  await settle();
  clean.duplex.breakInput(unexpectedEof);
  assert.equal(await clean.socket.closed, { closeCode: 1000, reason: '' });

  const cut = openByHand();
  cut.duplex.breakInput(unexpectedEof);
  const error = (await fate(cut.socket.closed)) as WebSocketError;
  assert.is(error.closeCode, 1006);
  assert.is(error.cause, unexpectedEof);
});

test('Deno: a duplex whose cancel and abort both fail, since it is closed already, harms nobody', async () => {
  const fail = () => Promise.reject(new BadResource());
  const duplex: ByteDuplex = {
    readable: new ReadableStream({ cancel: fail }),
    writable: new WritableStream({ abort: fail, close: fail }),
  };
  const socket = socketOver('client', duplex);
  socket.terminate();
  socket.terminate();
  assert.is(((await fate(socket.closed)) as WebSocketError).closeCode, 1006);
});

test('WebTransport, Direct Sockets: an end of one side leaves the other: what waits still leaves, and so does the Close', async () => {
  const { duplex, socket } = openByHand();
  duplex.flowing = false;
  const writer = socket.writable.getWriter();
  writer.write('a').catch(() => {});
  await settle();
  duplex.give(clientClose);
  duplex.end();
  await settle();
  assert.is(duplex.wire, '810161');
  duplex.flowing = true;
  duplex.settleWrite();
  await settle();
  assert.equal(duplex.out, ['810161', '880203e8', 'close']);
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
});

test('WebTransport: a stream that is reset is 1006, and its error, with the code of the stream, is the cause', async () => {
  const reset = Object.assign(new Error('reset'), { source: 'stream', streamErrorCode: 7 });
  const { duplex, socket } = openByHand();
  duplex.breakOutput(reset);
  const error = (await fate(socket.closed)) as WebSocketError;
  assert.is(error.closeCode, 1006);
  assert.is((error.cause as typeof reset).streamErrorCode, 7);
});

test('all of them have readable byte streams', async () => {
  const octets = unhex(`810161${serverClose}`);
  const readable = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      controller.enqueue(octets.slice());
      controller.close();
    },
  });
  const sent: string[] = [];
  const writable = new WritableStream<Uint8Array>({ write: chunk => void sent.push(hex(chunk)) });
  const socket = socketOver('client', { readable, writable });
  const messages = [];
  for await (const message of socket.readable) messages.push(message);
  assert.equal(messages, ['a']);
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
  assert.equal(sent, ['888200000000' + '03e8']);
});

test('none sees the same memory twice while it may still hold it', async () => {
  const held: { chunk: Uint8Array; copy: Uint8Array }[] = [];
  const writable = new WritableStream<Uint8Array>({
    write: chunk => void held.push({ chunk, copy: chunk.slice() }),
  });
  const socket = socketOver('client', { readable: new ReadableStream(), writable });
  const writer = socket.writable.getWriter();
  for (let i = 0; i < 300; i++) await writer.write(`message ${i} ${'x'.repeat(i * 7)}`);
  for (let i = 0; i < 300; i++) await writer.write(new Uint8Array(i * 7).fill(i));
  for (const { chunk, copy } of held) assert.equal(chunk, copy);
  socket.terminate();
});

test.run();
