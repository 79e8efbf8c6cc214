// Tests a WebSocket over duplexes that imitate the reported behaviour of hosts which cannot run in a spec: Cloudflare
// Workers, Deno, Direct Sockets, WebTransport.

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocketError } from '../../lib/base/websocket-error.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import type { ByteDuplex } from '../../lib/streams/byte-duplex.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex, hex } from '../support/hex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand, socketOver } from '../support/socket-over.ts';

const test = suite('the behaviour of hosts');

/** A Close with code 1000 of a client, masked with zeros, and one of a server. */
const clientClose = fromClient.close(1000);
const serverClose = fromServer.close(1000);

class BadResource extends Error {}

test('Workers: handles writes that settle before the connection exists, and its later failure', async () => {
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

test('Workers: takes a failure with undefined after both Closes as the end', async () => {
  const { duplex, socket } = openByHand();
  duplex.give(clientClose);
  await settle();
  duplex.breakInput(undefined);
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
});

test('Workers: does not depend on the `closed` and `close` of the host', async () => {
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

test('Workers: writes only views of bytes, never strings', async () => {
  const duplex = new HandDuplex();
  const kinds = new Set<unknown>();
  const writable = new WritableStream<Uint8Array>({ write: chunk => void kinds.add(chunk.constructor) });
  const opening = connectWebSocket({ readable: duplex.readable, writable }, 'ws://example.com/');
  await settle();
  duplex.end();
  await opening.catch(() => {});
  assert.equal([...kinds], [Uint8Array]);
});

test('Deno: handles a writable that ends with the readable: cleanly after both Closes, else with 1006', async () => {
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

test('Deno: handles TLS that ends without close_notify: cleanly after both Closes, else with 1006 and the cause', async () => {
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

test('Deno: tolerates a closed duplex whose cancel and abort both fail', async () => {
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

test('WebTransport, Direct Sockets: sends queued data and the Close after the input has ended', async () => {
  const { duplex, socket } = openByHand();
  duplex.flowing = false;
  const writer = socket.writable.getWriter();
  writer.write('a').catch(() => {});
  await settle();
  duplex.give(clientClose);
  duplex.end();
  await settle();
  assert.is(duplex.wire, fromServer.text('a'));
  duplex.flowing = true;
  duplex.settleWrite();
  await settle();
  assert.equal(duplex.out, [fromServer.text('a'), fromServer.close(1000), 'close']);
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
});

test('WebTransport: fails with 1006 on a reset stream, with its error as the cause', async () => {
  const reset = Object.assign(new Error('reset'), { source: 'stream', streamErrorCode: 7 });
  const { duplex, socket } = openByHand();
  duplex.breakOutput(reset);
  const error = (await fate(socket.closed)) as WebSocketError;
  assert.is(error.closeCode, 1006);
  assert.is((error.cause as typeof reset).streamErrorCode, 7);
});

test('accepts readable byte streams, which all of them have', async () => {
  const data = fromHex(fromServer.text('a') + serverClose);
  const readable = new ReadableStream({
    type: 'bytes',
    pull(controller) {
      controller.enqueue(data.slice());
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
  assert.equal(sent, [fromClient.close(1000)]);
});

test('never passes memory again that a host may still hold', async () => {
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
