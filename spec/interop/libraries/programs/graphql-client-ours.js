import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import { check } from './graphql-checks.js';
import { other, wsluice } from './server.js';

const { WebSocket } = wsluice;

let closed;
const client = createClient({
  url: `ws://127.0.0.1:${other.port}/graphql`,
  webSocketImpl: WebSocket,
  lazy: false,
  on: { closed: event => (closed = event) },
});
await check(client);
while (closed === undefined) await new Promise(resolve => setTimeout(resolve, 5));
assert.equal(closed.code, 1000);
