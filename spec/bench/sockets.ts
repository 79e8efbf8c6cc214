// Whole sockets over loopback TCP, both ends in this process: ours at both ends beside ws at both ends, as npm installs it.
// A turn is one message there and back; a flood is many there and one word back.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket as Peer, WebSocketServer } from 'ws';
import { dial, upgrade } from '../../lib/node.ts';
import { type Candidate, compare, type Row } from './compare.ts';
import { sizes, type Workload, workload } from './workload.ts';

/** Both ends of an open WebSocket. */
interface Ends {
  /** Sends one message, and settles when it has come back. */
  turn(message: string | Uint8Array<ArrayBuffer>): Promise<void>;
  /** Sends all, and settles when the other end has had as many. */
  flood(messages: Workload['messages']): Promise<void>;
  close(): Promise<void>;
}

/** What the other end does with what comes: sends it back, or counts until a text that says how many to expect. */
const paths = ['/turns', '/flood'] as const;
type Path = (typeof paths)[number];

export async function run(): Promise<void> {
  for (const path of paths) {
    const [ours, theirs] = [await oursAt(path), await wsAt(path)];
    try {
      await compare(
        path === '/turns' ? 'one message there and back' : 'a flood of messages',
        rows(path, theirs, ours),
      );
    } finally {
      await Promise.all([ours.close(), theirs.close()]);
    }
  }
}

function* rows(path: Path, theirs: Ends, ours: Ends): Generator<Row> {
  for (const kind of ['text', 'binary'] as const) {
    for (const bytes of sizes) {
      const work = workload(kind, bytes);
      const candidates = [candidate('ws', path, theirs, work), candidate('wsluice', path, ours, work)];
      yield { label: work.label, messages: path === '/turns' ? 1 : flooded(work).length, candidates };
    }
  }
}

function candidate(name: string, path: Path, ends: Ends, work: Workload): Candidate {
  const messages = flooded(work);
  return { name, run: () => (path === '/turns' ? ends.turn(work.messages[0]!) : ends.flood(messages)) };
}

/** Enough to fill the buffers of the transport. */
function flooded({ messages }: Workload): Workload['messages'] {
  return [...messages, ...messages, ...messages, ...messages];
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function oursAt(path: Path): Promise<Ends> {
  const server = createServer().on('upgrade', async (request, tcp, head) => {
    const socket = await upgrade(request, tcp, head, { maxMessageBytes: 2 ** 24 });
    if (path === '/turns') return void socket.readable.pipeTo(socket.writable).catch(() => {});
    const writer = socket.writable.getWriter();
    let count = 0;
    for await (const message of socket.readable) {
      if (isCount(message)) {
        await writer.write(`${count}`);
        count = 0;
      } else count += 1;
    }
  });
  const socket = await dial(`${await listening(server)}${path}`, { deflate: false });
  const writer = socket.writable.getWriter();
  const messages = socket.readable[Symbol.asyncIterator]();
  return {
    async turn(message) {
      void writer.write(message);
      await messages.next();
    },
    async flood(all) {
      for (const message of all) {
        await writer.ready;
        void writer.write(message);
      }
      void writer.write(countMe);
      check((await messages.next()).value, all);
    },
    async close() {
      socket.close();
      await socket.closed;
      server.close();
    },
  };
}

async function wsAt(path: Path): Promise<Ends> {
  const server = createServer();
  new WebSocketServer({ server }).on('connection', socket => {
    let count = 0;
    socket.on('message', (data: Buffer, isBinary) => {
      const message = isBinary ? data : data.toString();
      if (path === '/turns') socket.send(message);
      else if (isCount(message)) {
        socket.send(`${count}`);
        count = 0;
      } else count += 1;
    });
  });
  const socket = new Peer(`${await listening(server)}${path}`, { perMessageDeflate: false });
  await once(socket, 'open');
  let answer: (message: string | Buffer) => void = () => {};
  socket.on('message', (data: Buffer, isBinary) => answer(isBinary ? data : data.toString()));
  const answered = () => new Promise<string | Buffer>(resolve => (answer = resolve));
  return {
    async turn(message) {
      socket.send(message);
      await answered();
    },
    async flood(all) {
      for (const message of all) {
        if (socket.bufferedAmount > 65_536) await new Promise<void>(resolve => setImmediate(resolve));
        socket.send(message);
      }
      socket.send(countMe);
      check(await answered(), all);
    },
    async close() {
      socket.close();
      await once(socket, 'close');
      server.close();
    },
  };
}

const countMe = 'how many?';

function isCount(message: unknown): boolean {
  return message === countMe;
}

function check(answer: unknown, all: readonly unknown[]): void {
  if (Number(answer) !== all.length) throw new Error(`${answer} of ${all.length} messages came`);
}
