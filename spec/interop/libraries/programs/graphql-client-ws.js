import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { check } from './graphql-checks.js';
import { other } from './server.js';

await check(
  createClient({ url: `ws://127.0.0.1:${other.port}/graphql`, webSocketImpl: WebSocket, lazy: false }),
);
