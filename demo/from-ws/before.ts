// A server with `ws`: one room for users who log in with a token, with a heartbeat and an orderly shutdown.

import { createServer } from 'node:http';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

const tokens = new Map([
  ['secret', 'alice'],
  ['hidden', 'bob'],
]);
const server = createServer();
const wss = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
const alive = new WeakSet<WebSocket>();

server.on('upgrade', (request, socket, head) => {
  socket.on('error', console.error);
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const user = tokens.get(searchParams.get('token') ?? '');
  if (user === undefined) {
    socket.write('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
    socket.destroy();
    return;
  }
  wss.handleUpgrade(request, socket, head, ws => serve(ws, user));
});

function serve(ws: WebSocket, user: string): void {
  alive.add(ws);
  ws.on('pong', () => alive.add(ws));
  ws.on('error', console.error);
  ws.on('message', (data: RawData, isBinary: boolean) => {
    if (isBinary) return ws.close(1003, 'text only');
    for (const client of wss.clients) {
      if (client.readyState !== WebSocket.OPEN) continue;
      if (client.bufferedAmount > 1_048_576) client.close(1013, 'too slow');
      else client.send(`${user}: ${data}`);
    }
  });
}

const heartbeat = setInterval(() => {
  for (const ws of wss.clients) {
    if (!alive.has(ws)) ws.terminate();
    alive.delete(ws);
    ws.ping();
  }
}, 20_000);

process.once('SIGTERM', () => {
  clearInterval(heartbeat);
  server.close();
  for (const ws of wss.clients) ws.close(1001, 'restarting');
  setTimeout(() => {
    for (const ws of wss.clients) ws.terminate();
  }, 3000).unref();
});

server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log(server.address()));
