// Inputs that fuzzing found, each with the expected behaviour.

import { constants, deflateRawSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocketError } from '../lib/base/websocket-error.ts';
import { Connection } from '../lib/connection/connection.ts';
import { Inflater } from '../lib/deflate/inflater.ts';
import { webSocketDecoder } from '../lib/events/websocket-decoder.ts';
import { WebSocketEncoder } from '../lib/events/websocket-encoder.ts';
import { runCuts } from '../lib/testing/run-cuts.ts';
import { fromHex } from './support/hex.ts';
import { fromClient, fromServer } from './support/named-frames.ts';
import { utf8 } from './support/utf8.ts';

const test = suite('regressions');

/** Returns all bytes that the connection sends. */
function readAll(connection: Connection): unknown[] {
  const events: unknown[] = [];
  for (let event = connection.read(); event !== undefined; event = connection.read()) events.push(event);
  return events;
}

test('ends cleanly after a Close inside a fragmented message (§5.4, 7.1.4)', () => {
  const connection = new Connection({ role: 'server' });
  connection.receive(fromHex(fromClient.text('a', { fin: false }) + fromClient.close(1000)));
  assert.equal(readAll(connection), [{ type: 'close', closeCode: 1000, reason: '' }]);
  assert.equal(connection.transmit()?.bytes, fromHex(fromServer.close(1000)));
  connection.receiveEnd();
  assert.is(connection.failure, undefined);
  assert.ok(connection.record.wasClean);
});

test('sends a control frame whole, however small maxFrameBytes is (§5.5)', () => {
  const encoder = new WebSocketEncoder({ role: 'server', maxFrameBytes: 1 });
  encoder.write([
    { type: 'ping', data: utf8('ab') },
    { type: 'text', data: 'ab' },
    { type: 'close', closeCode: 1000 },
  ]);
  assert.equal(
    encoder.read(),
    fromHex(
      fromServer.ping('ab') +
        fromServer.text('a', { fin: false }) +
        fromServer.continuation('b') +
        fromServer.close(1000),
    ),
  );
});

test('does not send a message before the Close if it was queued after the closing had begun (§5.5.1)', () => {
  const connection = new Connection({ role: 'server' });
  connection.send({ type: 'text', data: 'a' });
  connection.close(1000);
  connection.send({ type: 'text', data: 'b' });
  assert.equal(connection.transmit()?.bytes, fromHex(fromServer.text('a') + fromServer.close(1000)));
  connection.send({ type: 'text', data: 'c' });
  assert.is(connection.transmit(), undefined);
});

test('sends only the first of two urgent Close frames, and records it (§5.5.1)', () => {
  const connection = new Connection({ role: 'server' });
  connection.receive(fromHex(fromServer.text('a')));
  assert.throws(() => connection.read(), /unmasked frame/);
  connection.closeNow(1000);
  assert.equal(connection.transmit()?.bytes, fromHex(fromServer.close(1002, 'unmasked frame from a client')));
  assert.equal(connection.record.sent, { closeCode: 1002, reason: 'unmasked frame from a client' });
});

test('fails a compressed text that is both invalid and too long at its first fault, for every cut (§8.1)', () => {
  const text = new Uint8Array(30).fill(0x61);
  text[10] = 0xff;
  const payload = deflateRawSync(text, { level: 0, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const decoder = () =>
    webSocketDecoder({
      role: 'client',
      inflater: new Inflater({ windowBits: 15, contextTakeover: false, maxMessageBytes: 20 }),
    });
  const wire = Uint8Array.of(0xc1, payload.length, ...payload);
  const { error } = runCuts(decoder, wire, outputs => outputs);
  assert.is((error as WebSocketError).closeCode, 1007);
});

test.run();
