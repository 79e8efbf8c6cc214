import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Connection } from '../../lib/connection/connection.ts';
import { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { fromClient } from '../support/named-frames.ts';
import { settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

// Tests the output of `console.log` in Node.

const test = suite('console.log');

test('shows the state of a socket', async () => {
  const { duplex, socket } = openByHand();
  assert.match(inspect(socket), /^OpenWebSocket \{\s+state: 'open',\s+target: '\/',/);
  socket.send('abc');
  assert.match(inspect(socket), /bufferedAmount: 3,/);
  socket.close({ closeCode: 4000 });
  assert.match(inspect(socket, { depth: 3 }), /state: 'closing',[\s\S]*closeRecord: \{\s+sent: /);
  duplex.give(fromClient.close(4000));
  duplex.end();
  await socket.closed;
  await settle();
  assert.match(inspect(socket), /state: 'closed',[\s\S]*wasClean: true/);
  assert.is(inspect({ a: { b: socket } }, { depth: 0 }), '{ a: [Object] }');
});

test('shows no query, which often holds a token', async () => {
  const [here, there] = duplexPair();
  const url = 'ws://localhost/live?token=secret';
  const sockets = await Promise.all([connectWebSocket(here, url), acceptWebSocket(there)]);
  for (const socket of sockets) assert.match(inspect(socket), /target: '\/live\?…',/);
  sockets[0].terminate();
  await Promise.allSettled(sockets.map(socket => socket.closed));
  await settle();
});

test('shows the state of a connection', () => {
  const connection = new Connection({ role: 'server' });
  const shown = "Connection { role: 'server', state: 'open', queuedBytes: 0, queuedMessages: 0 }";
  assert.is(inspect(connection, { breakLength: 200 }), shown);
  connection.close(1000);
  assert.match(inspect(connection), /state: 'closing',[\s\S]*record: /);
  connection.terminate('enough');
  assert.match(inspect(connection), /state: 'over',/);
});

// Bun prints errors in a form of its own, with a part of their source.
(process.versions.bun ? test.skip : test)('shows the fields of an error', () => {
  const shown = inspect(new HandshakeError('no', { code: 'ERR_UNAUTHORIZED', cause: new Error('why') }));
  for (const field of [/HandshakeError/, /\bno\b/, /closeCode: 1006/, /\bwhy\b/]) assert.match(shown, field);
});

test.run();
