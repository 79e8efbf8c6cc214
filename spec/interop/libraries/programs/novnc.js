// The socket class of noVNC, on `ws` and on our WebSocket: an RFB handshake and ten updates.

import assert from 'node:assert/strict';
import { WebSocket as ThirdParty } from 'ws';
import { other, wsluice } from './server.js';
import { name, pixels, size } from './vnc-server.js';

// noVNC expects the constants and the console of a page. It exports only its complete client.
globalThis.WebSocket ??= wsluice.WebSocket;
globalThis.window ??= globalThis;
const { default: Websock } = await import('./node_modules/@novnc/novnc/core/websock.js');

async function look(Class) {
  const socket = new Websock();
  socket.attach(new Class(`ws://127.0.0.1:${other.port}/`, ['binary']));
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('close', reject);
  });
  const closed = new Promise(resolve => socket.on('close', resolve));
  let wake = () => {};
  socket.on('message', () => wake());
  /** Reads `length` bytes. */
  const take = async length => {
    while (socket.rQwait('bytes', length)) await new Promise(resolve => (wake = resolve));
    return Buffer.from(socket.rQshiftBytes(length));
  };
  const send = (...bytes) => {
    for (const byte of bytes) socket.sQpush8(byte);
    socket.flush();
  };

  assert.equal((await take(12)).toString(), 'RFB 003.008\n');
  socket.sQpushString('RFB 003.008\n');
  socket.flush();
  assert.deepEqual([...(await take(2))], [1, 1]);
  send(1);
  assert.deepEqual([...(await take(4))], [0, 0, 0, 0]);
  send(1);
  const init = await take(24);
  assert.deepEqual([init.readUInt16BE(0), init.readUInt16BE(2)], [size.width, size.height]);
  assert.equal((await take(init.readUInt32BE(20))).toString(), name);
  for (let i = 0; i < 10; i++) {
    send(3, 0, 0, 0, 0, 0, 1, 64, 0, 200);
    assert.equal((await take(16)).readUInt16BE(2), 1);
    assert.equal(Buffer.compare(await take(pixels.length), pixels), 0);
  }
  socket.close();
  const { code, wasClean } = await closed;
  assert.deepEqual([code, wasClean], [1005, true]);
}

for (const Class of [ThirdParty, wsluice.WebSocket]) await look(Class);
