// Our server as the engine of Socket.IO, instead of `ws`.

import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { listen, wsluice } from './server.js';
import { serve } from './socket-io-checks.js';

class Connection extends EventEmitter {
  #socket;

  constructor(socket) {
    super();
    this.#socket = socket;
    this.#read().catch(error => this.emit('error', error));
  }

  send(data, options, done = options) {
    this.#socket.send(data).then(() => done?.(), done);
  }

  close() {
    this.#socket.close();
  }

  async #read() {
    for await (const message of this.#socket.readable) {
      const isBinary = typeof message !== 'string';
      this.emit('message', Buffer.from(message.buffer ?? message), isBinary);
    }
    this.emit('close');
  }
}

class Engine extends EventEmitter {
  handleUpgrade(request, tcp, head, opened) {
    wsluice.upgrade(request, tcp, head, { maxMessageBytes: 1e6 }).then(
      socket => opened(new Connection(socket)),
      () => {},
    );
  }

  close() {}
}

const server = createServer();
serve(new Server(server, { wsEngine: Engine }));
await listen(server);
