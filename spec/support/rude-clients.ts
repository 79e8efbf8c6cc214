// Loaded into a program by `--import`: visits each of its servers before the callback of `listen` is called. Clients are refused, cut in
// the opening, cut when they are open, or close first. The query of the module's URL has the path to ask for.

import { once } from 'node:events';
import { type AddressInfo, connect, Server, type Socket } from 'node:net';
import { fromHex } from './hex.ts';
import { fromClient } from './named-frames.ts';

const path = new URL(import.meta.url).searchParams.get('path') ?? '/';
const patienceMs = 1000;

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
    socket.setTimeout(patienceMs, () => socket.destroy());
    // The program may have ended by now, unless it waits for the callback of `listen`.
    await once(socket, 'connect')
      .then(() => visit(socket))
      .catch(() => {});
    socket.resume();
    await gone;
  }
}

const { listen } = Server.prototype;

/** Calls back when the visits are over. */
function listenAndVisit(this: Server, ...args: unknown[]): Server {
  const callback = args.at(-1);
  const rest = typeof callback === 'function' ? args.slice(0, -1) : args;
  const visited = () =>
    void visitAll(this.address() as AddressInfo).then(() => {
      console.log('all rude clients have been here');
      if (typeof callback === 'function') callback.call(this);
    });
  return Reflect.apply(listen, this, [...rest, visited]);
}

Server.prototype.listen = listenAndVisit as typeof listen;
