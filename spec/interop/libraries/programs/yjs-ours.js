import assert from 'node:assert/strict';
import { WebSocket as ThirdParty } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { other, wsluice } from './server.js';

// The provider expects the constants of the platform's WebSocket.
globalThis.WebSocket ??= wsluice.WebSocket;

function join(WebSocketPolyfill) {
  const doc = new Y.Doc();
  const options = { WebSocketPolyfill, disableBc: true };
  const provider = new WebsocketProvider(`ws://127.0.0.1:${other.port}`, 'room', doc, options);
  return {
    doc,
    provider,
    text: doc.getText('text'),
    synced: new Promise(resolve => provider.once('sync', resolve)),
  };
}

const ours = join(wsluice.WebSocket);
const theirs = join(ThirdParty);
await Promise.all([ours.synced, theirs.synced]);
for (let i = 0; i < 200; i++) {
  ours.text.insert(0, `a${i} `);
  theirs.text.insert(theirs.text.length, `b${i} `);
  if (i % 20 === 0) await new Promise(resolve => setTimeout(resolve, 1));
}
while (ours.text.toString() !== theirs.text.toString() || !/a199 .*b199 /s.test(ours.text.toString())) {
  await new Promise(resolve => setTimeout(resolve, 5));
}
assert.equal(ours.text.toString().split(' ').length, 401);

// Both documents converge again after a disconnection.

ours.provider.ws.terminate();
ours.text.insert(0, 'offline ');
while (!theirs.text.toString().startsWith('offline ')) await new Promise(resolve => setTimeout(resolve, 5));
for (const { doc, provider } of [ours, theirs]) {
  provider.destroy();
  doc.destroy();
}
