// Loaded into a program by `--import`: connects to each of its servers before the callback of `listen` is called. Clients are
// refused, disconnect during or after the handshake, or close first. The query of the module's URL has the path to request.

import { once } from 'node:events';
import { type AddressInfo, connect, Server, type Socket } from 'node:net';
import { fromHex } from './hex.ts';
import { fromClient } from './named-frames.ts';

const path = new URL(import.meta.url).searchParams.get('path') ?? '/';
const timeoutMs = 1000;

function request(more: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ];
  return `${lines.join('\r\n')}\r\n${more}\r\n`;
}

const close = fromHex(fromClient.close(1000));

const visits: readonly ((socket: Socket) => Promise<void>)[] = [
  async socket => {
    socket.write(request('Origin: https://foreign.example\r\n'));
    await once(socket, 'data');
    socket.end();
  },
  async socket => {
    socket.write(request('').slice(0, 60));
    socket.resetAndDestroy();
  },
  async socket => {
    socket.write(request(''));
    socket.resetAndDestroy();
  },
  async socket => {
    socket.write(request(''));
    await once(socket, 'data');
    socket.resetAndDestroy();
  },
  async socket => {
    socket.write(request(''));
    await once(socket, 'data');
    socket.end(close);
  },
];

async function visitAll({ port }: AddressInfo): Promise<void> {
  for (const visit of visits) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    const gone = new Promise<void>(resolve => socket.once('close', () => resolve()));
    socket.setTimeout(timeoutMs, () => socket.destroy());
    // The program may have exited, unless it waits for the callback of `listen`.
    await once(socket, 'connect')
      .then(() => visit(socket))
      .catch(() => {});
    socket.resume();
    await gone;
  }
}

const { listen } = Server.prototype;

/** Calls back after all clients have disconnected. */
function listenAndVisit(this: Server, ...args: unknown[]): Server {
  const callback = args.at(-1);
  const rest = typeof callback === 'function' ? args.slice(0, -1) : args;
  const visited = () =>
    void visitAll(this.address() as AddressInfo).then(() => {
      console.log('all abrupt clients have disconnected');
      if (typeof callback === 'function') callback.call(this);
    });
  return Reflect.apply(listen, this, [...rest, visited]);
}

Server.prototype.listen = listenAndVisit as typeof listen;
