// A Worker that is an echo server over TCP. The runtime calls `connect` with each TCP connection.
//
// For a request to `fetch`, the runtime does the upgrade itself, with a `WebSocketPair`. This library cannot, because it gets no bytes.

import { acceptWebSocket } from 'wsluice';

export default {
  async connect(tcp) {
    const socket = await acceptWebSocket(tcp, { origins: 'any' });
    await socket.readable.pipeTo(socket.writable).catch(() => {});
    await socket.closed.catch(() => {});
  },
};
