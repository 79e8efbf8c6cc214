// Peers that are slow, silent or stalled, over real TCP. The times are a small part of the defaults.

import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OpenWebSocket } from '../lib/index.ts';
import { dial, type UpgradeOptions, upgrade } from '../lib/node.ts';
import { RawClient } from './soak/raw-client.ts';
import { fromHex } from './support/hex.ts';
import { fromClient } from './support/named-frames.ts';
import { listen } from './support/node-servers.ts';

const test = suite('slow peers over TCP');
const kibibyte = new Uint8Array(1024);

interface Pair {
  readonly socket: OpenWebSocket;
  readonly peer: RawClient;
}

/** Runs a function with a WebSocket of a server and its peer, and ends both. */
async function withPeer(options: UpgradeOptions, run: (pair: Pair) => Promise<void>): Promise<void> {
  const server = createServer();
  const accepted = new Promise<OpenWebSocket>((resolve, reject) => {
    server.on('upgrade', (request, tcp, head) => upgrade(request, tcp, head, options).then(resolve, reject));
  });
  const peer = await RawClient.open(await listen(server));
  const socket = await accepted;
  try {
    await run({ socket, peer });
  } finally {
    socket.terminate();
    peer.socket.destroy();
    server.close();
  }
}

/** Returns the end of the socket, and the milliseconds until then; `undefined` if it has not ended. */
async function endWithin(
  socket: OpenWebSocket,
  ms: number,
): Promise<{ code: number | null; afterMs: number } | undefined> {
  const since = performance.now();
  const end = (code: number | null | undefined) => ({
    code: code ?? null,
    afterMs: performance.now() - since,
  });
  const closed = socket.closed.then(
    info => end(info.closeCode),
    error => end(error.closeCode),
  );
  const stop = new AbortController();
  const late = sleep(ms, undefined, { signal: stop.signal }).catch(() => undefined);
  const result = await Promise.race([closed, late]);
  stop.abort();
  return result;
}

/** Writes whenever the socket has room, until it has ended. */
async function flood(socket: OpenWebSocket): Promise<void> {
  const writer = socket.writable.getWriter();
  try {
    for (;;) await writer.write(new Uint8Array(65_536));
  } catch {
    // The socket has ended.
  }
}

test('delivers everything to a reader that is slow but steady (B1)', async () => {
  // A part of 40 MB at 150 kB/s against 20 s: the kernels hold more than a second of it.
  const bytes = 12 * 1024 * 1024;
  await withPeer({ pingIntervalMs: 1000, pingTimeoutMs: 1000 }, async ({ socket, peer }) => {
    let received = 0;
    peer.onFrame = ({ opcode, payload }) => {
      if (opcode === 0 || opcode === 2) received += payload.length;
      if (opcode === 8) peer.send(0x88, payload);
    };
    const reading = peer.readAt(3_000_000);
    const writer = socket.writable.getWriter();
    const chunk = new Uint8Array(65_536);
    for (let sent = 0; sent < bytes; sent += chunk.length) await writer.write(chunk);
    socket.close({ closeCode: 1000 });
    assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
    assert.is(received, bytes);
    peer.socket.end();
    await reading;
  });
});

test('fails the connection if the peer sends but does not read, when the transport is blocked (A6)', async () => {
  const options = { pingIntervalMs: 200, pingTimeoutMs: 200, closeTimeoutMs: 300, writeTimeoutMs: 500 };
  await withPeer(options as UpgradeOptions, async ({ socket, peer }) => {
    const flooding = flood(socket);
    const sending = setInterval(() => peer.send(0x82, kibibyte), 20);
    const end = await endWithin(socket, 5000);
    clearInterval(sending);
    assert.ok(end !== undefined, 'the connection must end');
    assert.is(end.code, 1006);
    await flooding;
  });
});

test('fails the connection if the peer sends but does not read, even if we do not read (A6)', async () => {
  const options = { pingIntervalMs: 200, pingTimeoutMs: 200, closeTimeoutMs: 300, writeTimeoutMs: 500 };
  await withPeer(options as UpgradeOptions, async ({ socket, peer }) => {
    // An echo stops reading while its writes are pending, so the peer's bytes fill the look-ahead.
    const echoing = socket.readable.pipeTo(socket.writable).catch(() => {});
    const message = new Uint8Array(60_000);
    const sending = setInterval(() => peer.socket.writableNeedDrain || peer.send(0x82, message), 1);
    const end = await endWithin(socket, 10_000);
    clearInterval(sending);
    assert.ok(end !== undefined, 'the connection must end');
    await echoing;
  });
});

test('keeps a peer that stops reading for less than the write timeout (A6)', async () => {
  const options = { pingIntervalMs: 200, pingTimeoutMs: 5000, writeTimeoutMs: 2000 };
  await withPeer(options as UpgradeOptions, async ({ socket, peer }) => {
    const writer = socket.writable.getWriter();
    let received = 0;
    peer.onFrame = ({ opcode, payload }) => {
      if (opcode === 0 || opcode === 2) received += payload.length;
    };
    const bytes = 12 * 1024 * 1024;
    const writing = (async () => {
      for (let sent = 0; sent < bytes; sent += 65_536) await writer.write(new Uint8Array(65_536));
    })();
    await sleep(600);
    peer.readAll();
    await writing;
    while (received < bytes && !socket.closing) await sleep(10);
    assert.is(received, bytes);
  });
});

test('fails with 1008 on a frame slower than minBytesPerSecond (A7)', async () => {
  await withPeer({ frameTimeoutMs: 300, closeTimeoutMs: 300 }, async ({ socket, peer }) => {
    const reading = socket.readable
      .getReader()
      .read()
      .catch(() => {});
    const end = endWithin(socket, 5000);
    let closeCode = 0;
    peer.onFrame = ({ opcode, payload }) => {
      if (opcode === 8) closeCode = payload[0]! * 256 + payload[1]!;
    };
    peer.readAll();
    // A header for 125 bytes, then a byte every 250 ms.
    peer.socket.write(fromHex(fromClient.binary('', { declared: 125 })));
    const dripping = peer.sendSlowly(new Uint8Array(125), 250);
    const { code } = (await end) ?? {};
    peer.socket.destroy();
    assert.is(code, 1008);
    assert.is(closeCode, 1008);
    await Promise.all([reading, dripping]);
  });
});

test('fails with 1008 on a message whose frames are too slow (A7)', async () => {
  // An empty frame has six bytes: 24 bytes per second.
  const options = { frameTimeoutMs: 300, closeTimeoutMs: 300, minBytesPerSecond: 50 };
  await withPeer(options as UpgradeOptions, async ({ socket, peer }) => {
    const reading = socket.readable
      .getReader()
      .read()
      .catch(() => {});
    const end = endWithin(socket, 5000);
    peer.readAll();
    peer.send(0x02, 'a');
    const dripping = setInterval(() => peer.socket.destroyed || peer.send(0x00, ''), 250);
    const { code } = (await end) ?? {};
    clearInterval(dripping);
    assert.is(code, 1008);
    await reading;
  });
});

test('receives a message that is slow, but steady enough (A7)', async () => {
  await withPeer({ frameTimeoutMs: 300, closeTimeoutMs: 300 }, async ({ socket, peer }) => {
    peer.readAll();
    peer.socket.write(fromHex(fromClient.binary('', { declared: 125 })));
    // 100 bytes per second, ten times minBytesPerSecond.
    const dripping = peer.sendSlowly(new Uint8Array(125), 10);
    const { value } = await socket.readable.getReader().read();
    assert.is((value as Uint8Array).length, 125);
    await dripping;
  });
});

test('settles closed when a silent peer times out, not after the close timeout (B6)', async () => {
  const options = { pingIntervalMs: 200, pingTimeoutMs: 200, closeTimeoutMs: 10_000 };
  await withPeer(options, async ({ socket, peer }) => {
    peer.answersPings = false;
    peer.readAll();
    const failed = socket.readable
      .getReader()
      .read()
      .then(
        () => 'read',
        error => error.closeCode,
      );
    const end = await endWithin(socket, 5000);
    assert.ok(end !== undefined, 'closed is pending');
    assert.is(end.code, 1011);
    assert.is(await failed, 1011);
  });
});

/** A server in another thread, which runs while this one is blocked. It responds with 101, and answers each Close. */
const threadedServer = `
const { createServer } = require('node:http');
const { createHash } = require('node:crypto');
const { parentPort, workerData } = require('node:worker_threads');
createServer().on('upgrade', (request, socket) => {
  const key = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  const accept = createHash('sha1').update(key).digest('base64');
  setTimeout(() => socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n' +
    'Sec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n'), workerData.openAfterMs);
  // The only input is the client's Close.
  socket.on('data', () => setTimeout(() => socket.end(Buffer.from([0x88, 0x02, 0x03, 0xe8])), 50));
  socket.on('error', () => {});
}).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });
`;

async function withThreadedServer(openAfterMs: number, run: (url: string) => Promise<void>): Promise<void> {
  const worker = new Worker(threadedServer, { eval: true, workerData: { openAfterMs } });
  try {
    const port = await new Promise(resolve => worker.once('message', resolve));
    await run(`ws://127.0.0.1:${port}/`);
  } finally {
    await worker.terminate();
  }
}

/** Blocks the event loop. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('accepts a reply to its Close that waits in the kernel, however long it was blocked (B7)', async () => {
  await withThreadedServer(0, async url => {
    const socket = await dial(url, { closeTimeoutMs: 200, deflate: false });
    socket.close({ closeCode: 1000 });
    await sleep(10);
    block(500);
    assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
  });
});

test('opens on a response that waits in the kernel, however long it was blocked (B7)', async () => {
  await withThreadedServer(100, async url => {
    const dialling = dial(url, { handshakeTimeoutMs: 200, deflate: false });
    await sleep(50);
    block(500);
    const socket = await dialling;
    socket.close();
    await socket.closed;
  });
});

/** Runs a program that only opens a WebSocket; returns its exit code, or the signal that ended it. */
function exitOf(program: string): Promise<string> {
  const lib = new URL('../lib/', import.meta.url).href;
  const source = program.replaceAll('LIB/', lib);
  return new Promise(resolve => {
    const options = { timeout: 10_000, cwd: fileURLToPath(new URL('.', import.meta.url)) };
    execFile(process.execPath, ['--input-type=module', '-e', source], options, (error, output, errors) => {
      resolve(error === null ? `exit 0: ${output}` : `${error.signal ?? error.code}: ${output}${errors}`);
    });
  });
}

test('does not keep the process alive by timers of a WebSocket in memory (B12)', async () => {
  const program = `
    import { acceptWebSocket, connectWebSocket } from 'LIB/index.js';
    import { duplexPair } from 'LIB/testing.js';
    const [here, there] = duplexPair();
    await Promise.all([connectWebSocket(here, 'ws://a/'), acceptWebSocket(there)]);
    console.log('open');
  `;
  assert.is(await exitOf(program), 'exit 0: open\n');
});

test('does not keep the process alive by timers if its socket does not (B12)', async () => {
  const program = `
    import { createServer } from 'node:http';
    import { connect } from 'node:net';
    import { dial, upgrade } from 'LIB/node.js';
    const server = createServer().on('upgrade', (request, tcp, head) => {
      tcp.unref();
      upgrade(request, tcp, head);
    });
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await dial('ws://127.0.0.1:' + port, { connect: () => connect({ port, host: '127.0.0.1' }) .unref() });
    console.log('open');
    server.close();
    server.unref();
  `;
  assert.is(await exitOf(program), 'exit 0: open\n');
});

test.run();
