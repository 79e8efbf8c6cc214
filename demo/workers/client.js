// A Worker that is a WebSocket client over TCP. `GET /?host=HOST&port=PORT&message=hello` sends a message to that server, and responds
// with its reply. In a real Worker, never let the visitor choose the destination.

import { connect } from 'cloudflare:sockets';
import { connectWebSocket } from 'wsluice';

export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const [hostname, port] = [searchParams.get('host'), Number(searchParams.get('port'))];
    const tcp = connect({ hostname, port }, { allowHalfOpen: true });
    try {
      const socket = await connectWebSocket(tcp, `ws://${hostname}:${port}/`, { handshakeTimeoutMs: 5000 });
      await socket.send(searchParams.get('message') ?? 'hello');
      const { value } = await socket.readable.getReader().read();
      socket.close({ closeCode: 1000 });
      return new Response(value);
    } catch (error) {
      return new Response(error.message, { status: 502 });
    }
  },
};
