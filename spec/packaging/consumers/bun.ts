import { createServer } from 'node:http';
import { dial, upgrade } from 'wsluice/node';

createServer().on('upgrade', (request, socket, head) => {
  upgrade(request, socket, head).catch(console.error);
});

export const client = dial('ws://localhost/').then(socket => Bun.write('x', socket.protocol));
