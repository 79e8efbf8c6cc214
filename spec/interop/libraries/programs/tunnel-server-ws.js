// A byte stream of `ws`: echoes the inverted bytes, and ends when the other side ends.

import { createServer } from 'node:http';
import { Transform } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { listen } from './server.js';

const server = createServer();
new WebSocketServer({ server }).on('connection', (socket, { url }) => {
  const stream = createWebSocketStream(socket);
  stream.on('error', () => {});
  if (url === '/file') return void stream.end(Buffer.alloc(3_000_000, 7));
  const invert = new Transform({
    transform: (chunk, _, done) =>
      done(
        null,
        chunk.map(byte => ~byte),
      ),
  });
  stream.pipe(invert).pipe(stream);
});
await listen(server);
