// A Worker that is a WebSocket server over TCP: an echo. The runtime hands it raw connections (`connect`), not requests.
//
// An upgrade that comes by `fetch` belongs to the runtime: it gives a `WebSocketPair`, and no bytes for this library.

import { acceptWebSocket } from 'wsluice';

export default {
  async connect(tcp) {
    const socket = await acceptWebSocket(tcp, { origins: 'any' });
    await socket.readable.pipeTo(socket.writable).catch(() => {});
    await socket.closed.catch(() => {});
  },
};
