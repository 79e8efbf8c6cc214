import { connect } from 'cloudflare:sockets';
import { connectWebSocket } from 'wsluice';

export default {
  async fetch(): Promise<Response> {
    const socket = await connectWebSocket(connect('localhost:80'), 'ws://localhost/');
    const { value } = await socket.readable.getReader().read();
    return new Response(value);
  },
};
