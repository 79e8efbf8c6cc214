// Echoes with `OpenWebSocket`, in each way that an application may do so.

import type { Server } from 'node:http';
import type { OpenWebSocket } from '../../../lib/index.ts';
import { upgrade } from '../../../lib/node.ts';
import type { ServeOptions } from './echo-server.ts';
import { sender } from './sender.ts';

const echoes: Record<string, (socket: OpenWebSocket) => Promise<void>> = {
  async accepted() {},

  async iterator(socket) {
    const send = sender(socket);
    for await (const message of socket) void send(message);
  },

  async readable(socket) {
    const send = sender(socket);
    for await (const message of socket.readable) void send(message);
  },

  async writer(socket) {
    const reader = socket.readable.getReader();
    const writer = socket.writable.getWriter();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      await writer.ready;
      void writer.write(value);
    }
  },

  pipeTo: socket => socket.readable.pipeTo(socket.writable),

  async batches(socket) {
    const send = sender(socket);
    for await (const batch of socket.batches) {
      for (const event of batch) if (event.type === 'text' || event.type === 'binary') void send(event.data);
    }
  },
};

export function serve(server: Server, kind: string, { deflate, maxMessageBytes }: ServeOptions): void {
  const echo = echoes[kind]!;
  server.on('upgrade', (request, socket, head) => {
    // A client may disconnect.
    upgrade(request, socket, head, { deflate, maxMessageBytes })
      .then(echo)
      .catch(() => {});
  });
}
