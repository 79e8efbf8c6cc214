import { createServer } from 'node:http';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { listen } from './server.js';

const broker = await Aedes.createBroker();
const server = createServer();
new WebSocketServer({ server }).on('connection', (socket, request) =>
  broker.handle(createWebSocketStream(socket), request),
);
await listen(server);
