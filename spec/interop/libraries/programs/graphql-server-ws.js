import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { schema } from './graphql-schema.js';
import { listen } from './server.js';

const server = createServer();
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
await listen(server);
