// A chat with rooms and accounts. As one process:
//   node build/demo/chat/server.js
// As several processes behind one port, with a Redis that they share:
//   PROCESSES=4 REDIS_URL=redis://127.0.0.1:6379 node build/demo/chat/server.js
//
// The broker keeps what all processes need: accounts and sessions, and it passes on the messages of the rooms. Each process knows
// which of its own sockets are in which room. It gets a message from the broker once, encodes it once, and sends it to all its
// members of the room.
//
// In your own program, import from 'wsluice/node' and 'wsluice'.

import cluster from 'node:cluster';
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { broadcast, type OpenWebSocket, PreparedMessage, SocketGroup } from '../../lib/index.ts';
import { upgrade } from '../../lib/node.ts';
import { type Broker, MemoryBroker, RedisBroker } from './broker.ts';

const { PORT = '8080', PROCESSES = '1', REDIS_URL } = process.env;
const sessionSeconds = 86_400;
const maxRooms = 20;

const hash = promisify<string, string, number, Buffer>(scrypt);

class Accounts {
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Creates an account. Resolves with false if the name is taken. */
  async create(name: string, password: string): Promise<boolean> {
    const salt = randomBytes(16).toString('hex');
    const digest = (await hash(password, salt, 32)).toString('hex');
    return await this.#broker.set(`account:${name}`, `${salt}:${digest}`, { onlyNew: true });
  }

  /** Resolves with the token of a new session, or with `undefined` for a wrong name or password. */
  async logIn(name: string, password: string): Promise<string | undefined> {
    // Hash the password for an unknown name, too, so that the time does not tell which names exist.
    const [salt, digest] = ((await this.#broker.get(`account:${name}`)) ?? `x:${'0'.repeat(64)}`).split(':');
    const given = await hash(password, salt!, 32);
    if (!timingSafeEqual(given, Buffer.from(digest!, 'hex'))) return undefined;
    const token = randomBytes(24).toString('hex');
    await this.#broker.set(`session:${token}`, name, { onlyNew: true, seconds: sessionSeconds });
    return token;
  }

  /** Resolves with the name of the user of a session, or with `undefined`. */
  async nameOf(token: string): Promise<string | undefined> {
    return await this.#broker.get(`session:${token}`);
  }
}

/** The members of each room that are connected to this process. */
class Rooms {
  readonly #broker: Broker;
  readonly #members = new Map<string, Set<OpenWebSocket>>();

  constructor(broker: Broker) {
    this.#broker = broker;
    broker.events.on('message', (channel: string, json: string) => this.#deliver(channel, json));
  }

  async join(room: string, socket: OpenWebSocket): Promise<void> {
    const members = this.#members.get(room);
    if (members !== undefined) return void members.add(socket);
    this.#members.set(room, new Set([socket]));
    await this.#broker.subscribe(`room:${room}`);
  }

  async leave(room: string, socket: OpenWebSocket): Promise<void> {
    const members = this.#members.get(room);
    members?.delete(socket);
    if (members?.size !== 0) return;
    this.#members.delete(room);
    await this.#broker.unsubscribe(`room:${room}`);
  }

  async say(room: string, from: string, words: string): Promise<void> {
    await this.#broker.publish(`room:${room}`, JSON.stringify({ type: 'said', room, from, text: words }));
  }

  /** Sends a message to all members, encoded once. Members that do not keep up are closed with 1013, and have to reconnect. */
  #deliver(channel: string, json: string): void {
    const members = this.#members.get(channel.slice('room:'.length)) ?? [];
    broadcast(members, new PreparedMessage(json), { slow: 'close' }).catch(console.error);
  }
}

type Request = { readonly type: string; readonly room: string; readonly text: string };

/** Serves one user until the WebSocket ends. */
async function converse(socket: OpenWebSocket, name: string, rooms: Rooms): Promise<void> {
  const joined = new Set<string>();
  try {
    for await (const message of socket) {
      const { type, room, text } = checked(message);
      if (type === 'join' && joined.size < maxRooms) {
        joined.add(room);
        await rooms.join(room, socket);
        await socket.send(JSON.stringify({ type: 'joined', room }));
      } else if (type === 'leave' && joined.delete(room)) {
        await rooms.leave(room, socket);
      } else if (type === 'say' && joined.has(room)) {
        await rooms.say(room, name, text);
      } else {
        await socket.send(JSON.stringify({ type: 'refused', room }));
      }
    }
  } finally {
    for (const room of joined) await rooms.leave(room, socket);
  }
}

/** @throws Error for anything but a request */
function checked(message: unknown): Request {
  const { type, room, text = '' } = JSON.parse(String(message)) as Partial<Request>;
  if (typeof type === 'string' && /^[\w-]{1,40}$/.test(String(room)) && typeof text === 'string') {
    return { type, room: String(room), text };
  }
  throw new Error('a message must have a type, a room and a text');
}

/**
 * Handles `POST /accounts` and `POST /sessions`, both with `{ name, password }`. The second sets a cookie. Resolves with the status.
 */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  accounts: Accounts,
): Promise<number> {
  if (request.method !== 'POST' || Number(request.headers['content-length'] ?? Infinity) > 1000) return 400;
  const { name, password } = JSON.parse(await text(request)) as { name?: unknown; password?: unknown };
  if (!/^\w{1,20}$/.test(String(name)) || typeof password !== 'string' || password.length < 8) return 400;
  if (request.url === '/accounts') return (await accounts.create(String(name), password)) ? 201 : 409;
  if (request.url !== '/sessions') return 404;
  const token = await accounts.logIn(String(name), password);
  if (token === undefined) return 401;
  response.setHeader(
    'Set-Cookie',
    `session=${token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${sessionSeconds}`,
  );
  return 200;
}

async function serve(): Promise<void> {
  const broker = REDIS_URL === undefined ? new MemoryBroker() : await RedisBroker.connect(REDIS_URL);
  const [accounts, rooms, sockets] = [new Accounts(broker), new Rooms(broker), new SocketGroup()];
  const server = createServer((request, response) => {
    answer(request, response, accounts)
      .catch(() => 400)
      .then(status => response.writeHead(status).end());
  });
  server.on('upgrade', async (request, tcp, head) => {
    try {
      const socket = await upgrade(request, tcp, head, {
        maxMessageBytes: 4096,
        authorize: async ({ headers }) => {
          const token = /(?:^|; )session=(\w+)/.exec(headers.get('cookie') ?? '')?.[1] ?? '';
          const name = await accounts.nameOf(token);
          return name === undefined ? { status: 401, body: 'log in first\n' } : { context: { name } };
        },
      });
      sockets.add(socket);
      await converse(socket, socket.context.name, rooms).catch(() => {
        socket.close({ closeCode: 1007, reason: 'invalid message' });
      });
    } catch {
      // The client was refused, or has gone.
    }
  });
  server.listen(Number(PORT), '127.0.0.1');
  await once(server, 'listening');
  console.log(`chat at ws://127.0.0.1:${(server.address() as AddressInfo).port}/ (process ${process.pid})`);
  // A process is useless without its broker. It exits, so that its supervisor starts another one.
  broker.events.on('error', error => stop(1, `the connection to the broker is lost: ${error.message}`));
  const stop = async (code: number, reason: string) => {
    server.close();
    await sockets.drain({ closeCode: code === 0 ? 1001 : 1011, reason, timeoutMs: 3000 });
    broker.close();
    process.exit(code);
  };
  process.once('SIGTERM', () => stop(0, 'the server is stopping'));
  process.once('SIGINT', () => stop(0, 'the server is stopping'));
}

if (Number(PROCESSES) > 1 && REDIS_URL === undefined) {
  console.error('PROCESSES above 1 needs REDIS_URL, because the processes exchange messages through Redis');
  process.exitCode = 2;
} else if (cluster.isPrimary && Number(PROCESSES) > 1) {
  for (let i = 0; i < Number(PROCESSES); i += 1) cluster.fork();
  const stop = (signal: NodeJS.Signals) =>
    Object.values(cluster.workers ?? {}).map(worker => worker?.process.kill(signal));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} else {
  await serve();
}
