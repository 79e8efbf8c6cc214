import assert from 'node:assert/strict';
import { WebSocket as Reconnecting } from 'partysocket';
import { other, wsluice } from './server.js';

const socket = new Reconnecting(`ws://127.0.0.1:${other.port}/`, [], {
  WebSocket: wsluice.WebSocket,
  minReconnectionDelay: 5,
  maxReconnectionDelay: 20,
});
let ends = 0;
let echoes = 0;
let connections = 0;
socket.addEventListener('close', () => (ends += 1));
socket.addEventListener('message', ({ data }) => {
  if (data.startsWith('connection')) connections = Number(data.slice(11));
  else echoes += 1;
  if (connections < 5) socket.send('again');
});
while (connections < 5) await new Promise(resolve => setTimeout(resolve, 5));
assert.equal(ends, 4);
assert.ok(echoes >= 8, `${echoes} messages came back`);
socket.close();
