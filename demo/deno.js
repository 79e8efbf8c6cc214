// `deno run -A demo/deno.js`: an echo server and a client on Deno, over its TCP connections.
//
// `Deno.serve` cannot be used, because it opens the WebSockets itself.

import { acceptWebSocket, connectWebSocket } from 'wsluice';

const listener = Deno.listen({ hostname: '127.0.0.1', port: 0 });

async function serve() {
  for await (const connection of listener) {
    acceptWebSocket(connection).then(
      socket => socket.readable.pipeTo(socket.writable).catch(() => {}),
      error => console.error(error.message),
    );
  }
}
serve();

const { port } = listener.addr;
const connection = await Deno.connect({ hostname: '127.0.0.1', port });
const socket = await connectWebSocket(connection, `ws://127.0.0.1:${port}/`);
await socket.send('hello from Deno');
const { value } = await socket.readable.getReader().read();
console.log(value);
socket.close({ closeCode: 1000 });
await socket.closed;
listener.close();
