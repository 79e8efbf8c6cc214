// `bun demo/bun.js`: an echo server and a client on Bun, with its `node:http` and `node:net`.
//
// `Bun.serve` cannot be used, because it opens the WebSockets itself.

import { createServer } from 'node:http';
import { dial, upgrade } from 'wsluice/node';

const server = createServer().on('upgrade', (request, tcp, head) => {
  upgrade(request, tcp, head).then(
    socket => socket.readable.pipeTo(socket.writable).catch(() => {}),
    error => console.error(error.message),
  );
});
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));

const socket = await dial(`ws://127.0.0.1:${server.address().port}/`);
await socket.send('hello from Bun');
const { value } = await socket.readable.getReader().read();
console.log(value);
socket.close({ closeCode: 1000 });
await socket.closed;
server.close();
