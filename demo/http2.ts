// Several WebSockets and ordinary requests on one HTTP/2 connection (RFC 8441). `node build/demo/http2.js` starts a server, opens three
// WebSockets over one session, and exits.
//
// In your own program, import from 'wsluice/node'. Browsers use HTTP/2 only with TLS: use `createSecureServer` for them.

import { once } from 'node:events';
import { connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { dialHttp2, upgradeHttp2 } from '../lib/node.ts';

const server = createServer({ settings: { enableConnectProtocol: true } });
server.on('stream', (stream, headers) => {
  if (headers[':method'] !== 'CONNECT') {
    stream.respond({ ':status': 200 });
    return void stream.end('an ordinary response\n');
  }
  upgradeHttp2(stream, headers, { deflate: true }).then(
    socket => socket.readable.pipeTo(socket.writable).catch(() => {}),
    error => console.error(error.message),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const { port } = server.address() as AddressInfo;
const session = connect(`http://127.0.0.1:${port}`);
const sockets = await Promise.all(
  ['a', 'b', 'c'].map(name => dialHttp2(session, `ws://127.0.0.1:${port}/${name}`)),
);
for (const socket of sockets) {
  await socket.send(`hello from ${socket.request.target}`);
  const { value } = await socket.readable.getReader().read();
  console.log(value);
  socket.close({ closeCode: 1000 });
  await socket.closed;
}
session.close();
server.close();
