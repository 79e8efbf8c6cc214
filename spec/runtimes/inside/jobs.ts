// End-to-end jobs, the same on every host: a client with a server that behaves like `serve` in peer.ts.

import type { ConnectOptions, OpenWebSocket, WebSocket, WebSocketStream } from '../../../lib/index.ts';

/** Opens a WebSocket at the path, with the means of the host. */
export type Open = (path: string, options?: ConnectOptions) => Promise<OpenWebSocket>;

type Job = (open: Open) => Promise<void>;
type Jobs = Readonly<Record<string, Job>>;

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31) ^ (i >> 8));

function same(a: string | Uint8Array | undefined, b: string | Uint8Array): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Writes all messages while it reads their echoes. */
async function echo(socket: OpenWebSocket, messages: readonly (string | Uint8Array)[]): Promise<void> {
  const writer = socket.writable.getWriter();
  const reader = socket.readable.getReader();
  const written = (async () => {
    for (const message of messages) await writer.write(message);
  })();
  for (const message of messages) {
    const { value } = await reader.read();
    check(same(value, message), `the echo of ${message.length} ${typeof message} differs`);
  }
  await written;
  writer.releaseLock();
  reader.releaseLock();
}

/** Closes, and checks that the peer answers with the same code, with or without the reason. */
async function close(socket: OpenWebSocket): Promise<void> {
  const said = 'enough, götter';
  socket.close({ closeCode: 3001, reason: said });
  const { closeCode, reason } = await socket.closed;
  check(closeCode === 3001 && ['', said].includes(reason), `closed with ${closeCode} ${reason}`);
  check(socket.closeRecord.wasClean, 'closed, but not clean');
}

/** Sends a command that makes the server end the connection, and reads until it ends. */
async function end(socket: OpenWebSocket, command: string): Promise<void> {
  await socket.writable.getWriter().write(command);
  const reader = socket.readable.getReader();
  while (!(await reader.read()).done);
}

async function failure(promise: Promise<unknown>): Promise<{ name?: string; closeCode?: number }> {
  return promise.then(
    () => ({}),
    error => error,
  );
}

/**
 * The number of messages of 1 MiB that exceed the buffers between two stalled ends: less than a message in each of our sockets,
 * and up to 10 MB in each direction in Linux.
 */
const maxUnreadMessages = 48;

/** Jobs with a server that behaves like `serve`. */
export const jobs: Jobs = {
  'echoes messages of every length': async open => {
    const socket = await open('/');
    const lengths = [0, 1, 125, 126, 65_535, 65_536, 2 ** 20];
    await echo(socket, ['', 'hello', 'żółw 🐢', ...lengths.map(pattern), 'x'.repeat(300_000)]);
    await close(socket);
  },
  'echoes 1,000 small messages': async open => {
    const socket = await open('/');
    const messages = Array.from({ length: 1000 }, (_, i) => `message ${i}`);
    await echo(socket, messages);
    await close(socket);
  },
  'echoes compressed messages': async open => {
    const socket = await open('/', { deflate: true });
    check(socket.extensions.startsWith('permessage-deflate'), `extensions: ${socket.extensions}`);
    const texts = Array.from({ length: 100 }, (_, i) => `{"id":${i},"name":"a person"}`.repeat(1 + i * 20));
    await echo(socket, [...texts, pattern(200_000)]);
    await close(socket);
  },
  'exchanges 8 MB in both directions at once': async open => {
    const socket = await open('/', { deflate: false });
    const block = pattern(2 ** 18);
    await echo(
      socket,
      Array.from({ length: 32 }, () => block),
    );
    await close(socket);
  },
  'applies backpressure if the reader stalls': async open => {
    const socket = await open('/', { deflate: false });
    const writer = socket.writable.getWriter();
    const block = pattern(2 ** 20);
    let written = 0;
    const writing = (async () => {
      for (; written < maxUnreadMessages; written++) await writer.write(block);
    })();
    // Waits until writing has stalled, because all buffers are full.
    for (let seen = -1; seen !== written; ) {
      seen = written;
      await new Promise(resolve => setTimeout(resolve, 300));
    }
    check(written < maxUnreadMessages, `${written} MiB were written although nothing was read`);
    const reader = socket.readable.getReader();
    for (let i = 0; i < maxUnreadMessages; i++)
      check(same((await reader.read()).value, block), 'an echo differs');
    await writing;
    await close(socket);
  },
  'negotiates a subprotocol': async open => {
    const socket = await open('/', { protocols: ['other', 'echo'] });
    check(socket.protocol === 'echo', `protocol: ${socket.protocol}`);
    await close(socket);
  },
  'a ping is answered': async open => {
    const socket = await open('/');
    check((await socket.ping()) >= 0, 'no round trip');
    await close(socket);
  },
  'the server closes': async open => {
    const socket = await open('/');
    await end(socket, 'close me');
    const { closeCode, reason } = await socket.closed;
    check(closeCode === 4321 && reason === 'as you wish', `closed with ${closeCode} ${reason}`);
  },
  'the server ends without a Close': async open => {
    const socket = await open('/');
    const read = await failure(end(socket, 'cut me'));
    const closed = await failure(socket.closed);
    check(read.name === 'WebSocketError', `reading ended with ${read.name}`);
    check(closed.closeCode === 1006, `closed with ${closed.closeCode}`);
  },
  'the client terminates twice': async open => {
    const socket = await open('/');
    socket.terminate();
    socket.terminate();
    const closed = await failure(socket.closed);
    check(closed.closeCode === 1006, `closed with ${closed.closeCode}`);
  },
  'the server refuses': async open => {
    const error = (await failure(open('/refuse'))) as { name?: string; response?: { status: number } };
    check(error.name === 'HandshakeError' || error.name === 'WebSocketError', `refused with ${error.name}`);
    check(error.response?.status === 403, `refused with ${error.response?.status}`);
  },
};

/** The platform's classes, from the entry point for the host. */
export interface Classes {
  readonly WebSocket: typeof WebSocket;
  readonly WebSocketStream: typeof WebSocketStream;
}

/** Jobs with the same server and the platform's classes. */
export const classJobs = ({ WebSocket, WebSocketStream }: Classes): Jobs => ({
  'exchanges messages with the class WebSocket': async open => {
    const socket = new WebSocket('ws://localhost/', ['other', 'echo'], (_, options) => open('/', options));
    const event = (type: string) =>
      new Promise<unknown>(resolve => socket.addEventListener(type, resolve, { once: true }));
    await event('open');
    check(socket.readyState === 1 && socket.protocol === 'echo', `protocol: ${socket.protocol}`);
    socket.binaryType = 'arraybuffer';
    const data: unknown[] = [];
    const all = new Promise<void>(resolve => {
      socket.onmessage = message => void (data.push(message.data) === 3 && resolve());
    });
    socket.send(new Blob(['gé']));
    socket.send('hello');
    socket.send(pattern(100_000));
    await all;
    const [blob, text, bytes] = data as [ArrayBuffer, string, ArrayBuffer];
    check(same(new Uint8Array(blob), new TextEncoder().encode('gé')), 'the echo of a Blob differs');
    check(text === 'hello', `the echo of a text: ${text}`);
    check(same(new Uint8Array(bytes), pattern(100_000)), 'the echo of bytes differs');
    socket.close(3001, 'enough');
    const { code, wasClean } = (await event('close')) as { code: number; wasClean: boolean };
    check(
      code === 3001 && wasClean && (socket.readyState as number) === 3,
      `closed with ${code}, clean: ${wasClean}`,
    );
  },
  'exchanges messages with the class WebSocketStream': async open => {
    const stream = new WebSocketStream('ws://localhost/', { protocols: ['echo'] }, (_, options) =>
      open('/', options),
    );
    const { readable, writable, protocol } = await stream.opened;
    check(protocol === 'echo', `protocol: ${protocol}`);
    const [reader, writer] = [readable.getReader(), writable.getWriter()];
    for (const message of ['hello', pattern(100_000)]) {
      void writer.write(message);
      check(same((await reader.read()).value, message), `the echo of a ${typeof message} differs`);
    }
    stream.close({ closeCode: 3001, reason: 'enough' });
    check((await reader.read()).done, 'the readable does not end');
    const { closeCode } = await stream.closed;
    check(closeCode === 3001, `closed with ${closeCode}`);
  },
});

/** Jobs with the runner's abrupt server. */
export const abruptJobs: Jobs = {
  'receives a message in the same chunk as the response; an abrupt end after both Close frames is clean':
    async open => {
      const socket = await open('/abrupt');
      const { value } = await socket.readable.getReader().read();
      check(value === 'early', `the first message: ${value}`);
      await close(socket);
    },
};

/** Jobs with a port without a listener. */
export const deadJobs: Jobs = {
  'no server is listening': async open => {
    const error = (await failure(open('/'))) as { name?: string; response?: unknown; cause?: unknown };
    check(error.name === 'HandshakeError' || error.name === 'WebSocketError', `failed with ${error.name}`);
    check(error.response === undefined && error.cause !== undefined, `failed with ${error.cause}`);
  },
};

const jobTimeoutMs = 30_000;

/** Runs jobs in turn. Returns their number. */
export async function runJobs(
  jobs: Jobs,
  where: string,
  open: Open,
  print: (line: string) => void,
): Promise<number> {
  for (const [name, job] of Object.entries(jobs)) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`timed out after ${jobTimeoutMs} ms`)), jobTimeoutMs);
    });
    try {
      await Promise.race([job(open), late]);
    } catch (cause) {
      throw new Error(`${where}: ${name}: ${(cause as Error).message}`, { cause });
    } finally {
      clearTimeout(timer);
    }
    print(`${where}: ${name}`);
  }
  return Object.keys(jobs).length;
}
