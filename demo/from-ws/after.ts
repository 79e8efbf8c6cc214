// The same server with wsluice. In your own program, import from 'wsluice/node' and 'wsluice'.

import { createServer } from 'node:http';
import { broadcast, type OpenWebSocket, PreparedMessage, SocketGroup } from '../../lib/index.ts';
import { upgrade } from '../../lib/node.ts';

const tokens = new Map([
  ['secret', 'alice'],
  ['hidden', 'bob'],
]);
const server = createServer();
const sockets = new SocketGroup();

server.on('upgrade', async (request, tcp, head) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const user = tokens.get(searchParams.get('token') ?? '');
  const authorize = () => (user === undefined ? { status: 401 } : undefined);
  try {
    await serve(
      await upgrade(request, tcp, head, { authorize, origins: 'any', maxMessageBytes: 65_536 }),
      user!,
    );
  } catch (error) {
    console.error(error);
  }
});

async function serve(socket: OpenWebSocket, user: string): Promise<void> {
  sockets.add(socket);
  for await (const message of socket) {
    if (typeof message !== 'string') return socket.close({ closeCode: 1003, reason: 'text only' });
    await broadcast(sockets, new PreparedMessage(`${user}: ${message}`), { slow: 'close' });
  }
}

process.once('SIGTERM', async () => {
  server.close();
  await sockets.drain({ reason: 'restarting', timeoutMs: 3000 });
});

server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(server.address()));
