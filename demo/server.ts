// `npm start`: a page, and a WebSocket at /echo that sends back what it gets. PORT chooses the port.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SocketGroup } from '../lib/index.ts';
import { upgrade } from '../lib/node.ts';

const page = readFileSync(new URL('../../demo/page.html', import.meta.url));
const sockets = new SocketGroup();

const server = createServer((request, response) => {
  const found = request.method === 'GET' && request.url === '/';
  response.writeHead(found ? 200 : 404, {
    'Content-Type': found ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8',
  });
  response.end(found ? page : 'The page is at /, the WebSocket at /echo.\n');
});

server.on('upgrade', (request, tcp, head) => {
  const authorize = () => (request.url === '/echo' ? undefined : { status: 404, body: 'try /echo\n' });
  upgrade(request, tcp, head, { authorize }).then(
    socket => {
      sockets.add(socket);
      // How it ends is in `socket.closed`.
      socket.readable.pipeTo(socket.writable).catch(() => {});
    },
    error => console.error(`refused: ${error.message}`),
  );
});

server.on('error', error => {
  console.error(error.message);
  process.exitCode = 1;
});

const port = Number(process.env.PORT || 8080);
if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) {
  console.error(`PORT must be a number from 0 to 65535, not ${process.env.PORT}`);
  process.exit(1);
}

server.listen(port, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`page  http://127.0.0.1:${port}/`);
  console.log(`echo  ws://127.0.0.1:${port}/echo`);
});

async function stop(): Promise<void> {
  server.close();
  await sockets.drain({ reason: 'the server stops', timeoutMs: 3000 });
  server.closeAllConnections();
}

process.once('SIGINT', stop);
process.once('SIGTERM', stop);
