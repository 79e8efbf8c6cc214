// Resets each connection after three messages.

import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { listen } from './server.js';

const server = createServer();
let connections = 0;
new WebSocketServer({ server }).on('connection', socket => {
  connections += 1;
  let messages = 0;
  socket.send(`connection ${connections}`);
  socket.on('message', data => {
    messages += 1;
    socket.send(`${data}`, () => messages === 3 && socket._socket.resetAndDestroy());
  });
});
await listen(server);
