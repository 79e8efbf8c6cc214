// `npm start`: serves the inspector, the guide, the figures, the reference if `npm run docs` has built it, and a WebSocket at /echo
// that sends each message back. The variable PORT sets the port.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SocketGroup } from '../lib/index.ts';
import { upgrade } from '../lib/node.ts';
import { buildInspector, inspectorFolder } from './build-inspector.ts';
import { staticFiles } from './server/static-files.ts';
import { WatchedEchoes } from './server/watched-echoes.ts';
import { buildFigures, figuresFolder } from './site/build-figures.ts';
import { buildGuide, guideFolder } from './site/build-guide.ts';

const port = Number(process.env.PORT || 8080);
if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) {
  console.error(`PORT must be an integer from 0 to 65535 (got ${process.env.PORT})`);
  process.exit(1);
}

await Promise.all([buildInspector(), buildGuide()]);
buildFigures();
const sockets = new SocketGroup();
const watched = new WatchedEchoes();
const server = createServer(
  staticFiles({
    '/': inspectorFolder,
    '/inspector/': inspectorFolder,
    '/guide/': guideFolder,
    '/figures/': figuresFolder,
    '/reference/': join(inspectorFolder, '../reference'),
  }),
);

server.on('upgrade', (request, tcp, head) => {
  const opening = watched.open(request, tcp, head);
  if (opening !== undefined) {
    opening.then(socket => sockets.add(socket)).catch(refused);
    return;
  }
  const authorize = () =>
    request.url === '/echo' ? undefined : { status: 404, body: 'the WebSocket is at /echo\n' };
  upgrade(request, tcp, head, { authorize })
    .then(socket => {
      sockets.add(socket);
      socket.readable.pipeTo(socket.writable).catch(() => {});
    })
    .catch(refused);
});

function refused(error: Error): void {
  console.error(`refused: ${error.message}`);
}

server.on('error', error => {
  console.error(error.message);
  process.exitCode = 1;
});

server.listen(port, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`inspector  http://127.0.0.1:${port}/`);
  console.log(`guide      http://127.0.0.1:${port}/guide/`);
  console.log(`echo       ws://127.0.0.1:${port}/echo`);
});

async function stop(): Promise<void> {
  server.close();
  await sockets.drain({ reason: 'the server is stopping', timeoutMs: 3000 });
  server.closeAllConnections();
}

process.once('SIGINT', stop);
process.once('SIGTERM', stop);
