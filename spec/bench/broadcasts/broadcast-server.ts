// A process: a server, wsluice or ws, that broadcasts 1 KiB to all other clients when one sends a message.

import { createServer } from 'node:http';
import type { OpenWebSocket } from '../../../lib/index.ts';
import { listen } from '../../support/node-servers.ts';
import { messagesOf } from '../corpora.ts';
import { answer } from '../process/answer.ts';

const [kind, deflate] = [process.argv[2], process.argv[3] === 'on'];
const messageBytes = 1024;
const server = createServer();
const messages = messagesOf('JSON feed', messageBytes, 64 * messageBytes).map(message =>
  Buffer.from(message),
);
let sent = 0;

/** Returns the messages in turn. */
const nextMessage = () => messages[sent++ % messages.length]!;

async function serveWs(): Promise<void> {
  const { WebSocketServer } = await import('ws');
  const all = new WebSocketServer({ server, perMessageDeflate: deflate });
  all.on('connection', socket => {
    socket.on('error', () => {});
    socket.on('message', () => {
      const message = nextMessage();
      for (const client of all.clients) if (client !== socket) client.send(message, { binary: false });
    });
  });
}

async function serveOurs(): Promise<void> {
  const { broadcast, PreparedMessage } = await import('../../../lib/index.ts');
  const { upgrade } = await import('../../../lib/node.ts');
  const sockets = new Set<OpenWebSocket>();
  function* others(than: OpenWebSocket) {
    for (const socket of sockets) if (socket !== than) yield socket;
  }
  server.on('upgrade', async (request, tcp, head) => {
    try {
      const socket = await upgrade(request, tcp, head, { deflate });
      sockets.add(socket);
      for await (const _ of socket.readable) {
        void broadcast(others(socket), new PreparedMessage(nextMessage().toString()));
      }
    } catch {
      // The load breaks its connections.
    }
  });
}

await (kind === 'ours' ? serveOurs() : serveWs());
const port = await listen(server);

answer({ port: () => port });
