import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { setupWSConnection } from 'y-websocket/bin/utils';
import { listen } from './server.js';

const server = createServer();
new WebSocketServer({ server }).on('connection', setupWSConnection);
await listen(server);
