// Memory: what a stalled reader makes us hold, what an idle connection costs beside ws, and a message of gigabytes.
// `--gigabytes 10` streams as many; default: 1. Each figure stands beside its bound; one that breaks it fails the run.

import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import * as ws from 'ws';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import { deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { nodeDuplex } from '../../lib/hosts/node-duplex.ts';
import { systemClock } from '../../lib/sockets/alarm.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { PreparedMessage } from '../../lib/sockets/prepared-message.ts';
import type { AgreedCompression } from '../../lib/sockets/socket-options.ts';
import { lockDuplex } from '../../lib/streams/byte-duplex.ts';
import { nextTask } from '../../lib/streams/next-task.ts';
import { hex, unhex } from '../support/hex.ts';
import { usedBytes } from '../support/memory.ts';
import { frame } from '../support/peer-frames.ts';
import { socketOver } from '../support/socket-over.ts';
import type { BenchOptions } from './options.ts';

/** The figures that are beyond their bound. */
const broken: string[] = [];

export async function run(options: BenchOptions): Promise<void> {
  // First, while this process is small: the peak that a system tells of a process begins with its parent's.
  await gigabytes(options.gigabytes);
  await stalledReaders();
  await idleConnections();
  console.log(broken.length === 0 ? '\nevery bound holds' : `\nbeyond the bound: ${broken.join('; ')}`);
  if (broken.length > 0) process.exitCode = 1;
}

/** How the bound reads in a table; a figure beyond it is noted. */
function bound(name: string, figure: number, most: number, unit = 1024): string {
  if (figure > most) broken.push(name);
  return `${figure > most ? 'BROKEN' : 'at most'} ${most / unit}`;
}

const kibibytes = (bytes: number) => (bytes / 1024).toFixed(bytes < 1024 * 1024 ? 1 : 0);

function row(...cells: (string | number)[]): void {
  console.log(
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(34) : String(cell).padStart(16))).join(''),
  );
}

/** What a peer sends, over and over, to a server that takes messages of 1 MiB at most. */
interface Traffic {
  readonly name: string;
  readonly begin?: string;
  readonly octets: string;
  /** The octets of one message, as far as it is kept in one piece; default: next to none. */
  readonly messageBytes?: number;
  /** Whether the application watches all events; default: messages, which it does not read. */
  readonly events?: boolean;
}

function traffics(): Traffic[] {
  const bomb = new PreparedMessage(new Uint8Array(2 ** 20)).part({ codec: builtInCodec, windowBits: 15 });
  return [
    { name: 'messages of 10 octets', octets: frame('82', '00'.repeat(10)) },
    { name: 'empty messages', octets: frame('82') },
    { name: 'empty fragments of one message', begin: frame('02'), octets: frame('00') },
    { name: 'fragments of one octet', begin: frame('02'), octets: frame('00', '01'), messageBytes: 2 ** 18 },
    { name: 'messages of 32 KiB', octets: frame('82', '00'.repeat(32_768)), messageBytes: 32_768 },
    { name: 'bombs of 1 MiB', octets: frame('c2', hex(bomb.payload as Uint8Array)), messageBytes: 2 ** 20 },
    {
      name: 'messages of 65 octets among pongs',
      octets: frame('82', '00'.repeat(65)) + frame('8a', '00'.repeat(125)).repeat(60),
    },
    { name: 'pings, messages unread', octets: frame('89', '00'.repeat(125)) },
    { name: 'pings, events unread', octets: frame('89', '00'.repeat(125)), events: true },
  ];
}

const chunkBytes = 65_536;

/** The look-ahead counts 64 for an event, so that it has 1024 at most; V8 needs about 320 for one and its array. */
const lookAheadBytes = 1024 * 320;

/** What a socket is besides, and what the process does meanwhile. */
const socketBytes = 32_768;
const offeredBytes = 64 * 2 ** 20;

async function stalledReaders(): Promise<void> {
  console.log('\na reader that stalls, a writer that never drains, 64 MiB offered in chunks of 64 KiB\n');
  row('traffic', 'taken, KiB', 'held, KiB', 'bound, KiB', 'end');
  for (const traffic of traffics()) {
    const { takenBytes, heldBytes, end } = await measureOften(traffic);
    const { name, messageBytes = 0 } = traffic;
    // What has come of a message may lie in a buffer that is twice as long (ByteCollector).
    const most = chunkBytes + lookAheadBytes + 2 * messageBytes + socketBytes;
    row(name, kibibytes(takenBytes), kibibytes(heldBytes), bound(name, heldBytes, most), end);
  }
}

/** The middle one of some runs: what else goes on in the process adds now, and takes away then. */
async function measureOften(traffic: Traffic) {
  const runs = [];
  for (let i = 0; i < 5; i++) runs.push(await measure(traffic));
  return runs.sort((a, b) => a.heldBytes - b.heldBytes)[2]!;
}

/** What is let go of with the socket is what was held. */
async function measure(traffic: Traffic) {
  const stalled = [await stall(traffic)];
  const filled = usedBytes();
  const told = await release(stalled.pop()!);
  return { ...told, heldBytes: filled - usedBytes() };
}

async function release({ socket, taken }: Awaited<ReturnType<typeof stall>>) {
  const end = socket.closeRecord.sent?.closeCode ?? 'open';
  socket.terminate();
  await socket.closed.catch(() => {});
  for (let i = 0; i < 10; i++) await nextTask();
  return { takenBytes: taken(), end };
}

/** A socket that has taken what it will; the source makes its chunks when they are asked for. */
async function stall({ begin = '', octets, events }: Traffic) {
  const one = unhex(octets);
  let taken = 0;
  const readable = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken >= offeredBytes) return;
        const chunk = taken === 0 ? Buffer.concat([unhex(begin), full(one)]) : full(one);
        taken += chunk.length;
        controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
  const writable = new WritableStream<Uint8Array>({ write: () => new Promise<void>(() => {}) });
  const socket = socketOver('server', { readable, writable }, {}, systemClock, deflated);
  if (events) void socket.events;
  let seen = -1;
  while (seen !== taken) {
    seen = taken;
    for (let i = 0; i < 200; i++) await nextTask();
  }
  return { socket, taken: () => taken };
}

/** Whole frames, as many as fit a chunk. */
function full(one: Uint8Array): Uint8Array {
  const count = Math.max(1, Math.floor(chunkBytes / one.length));
  const chunk = new Uint8Array(count * one.length);
  for (let i = 0; i < count; i++) chunk.set(one, i * one.length);
  return chunk;
}

const deflated: AgreedCompression = {
  agreement: {
    serverContextTakeover: false,
    clientContextTakeover: false,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  },
  settings: deflateSettings('server', true)!,
};

const connections = 10_000;

/** A transport that is silent and takes everything. */
const silentDuplex = () =>
  new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
    },
  });

/** What its types leave out: an open WebSocket over a stream that has been upgraded. */
interface Peer {
  setSocket(socket: Duplex, head: Buffer, options: object): void;
}
const PeerSocket = ws.WebSocket as unknown as new (
  address: null,
  protocols?: undefined,
  options?: object,
) => Peer;

/** More than this an idle connection of ours must not hold, its transport included; a writable adds Node's stream. */
const idleBytes = 14 * 1024;
const idleWriterBytes = 22 * 1024;
/** Behind traffic the slabs of both directions are there, too: 8 KiB each at most. */
const idleEchoBytes = idleWriterBytes + 2 * 8192;

function serverOver(duplex: Duplex, pingIntervalMs = 3_600_000): OpenWebSocket {
  const socket = socketOver('server', nodeDuplex(duplex), { pingIntervalMs }, systemClock);
  void socket.readable
    .getReader()
    .read()
    .catch(() => {});
  return socket;
}

const echoed = unhex(frame('82', '01'.repeat(300)));

function peerOver(duplex: Duplex, onMessage: (data: Buffer) => void): ws.WebSocket {
  const peer = new PeerSocket(null, undefined, {});
  // Its stream calls what a socket of Node has.
  const stream = Object.assign(duplex, { setTimeout() {}, setNoDelay() {} });
  peer.setSocket(stream, Buffer.alloc(0), { maxPayload: 2 ** 20, allowSynchronousEvents: true });
  return (peer as unknown as ws.WebSocket).on('message', onMessage);
}

interface Idler {
  readonly name: string;
  readonly open: () => unknown;
  readonly most?: number;
}

const idlers: readonly Idler[] = [
  { name: 'the transport alone', open: silentDuplex },
  { name: 'ws, one listener', open: () => peerOver(silentDuplex(), () => {}) },
  {
    name: 'ws, has echoed 20 messages',
    open() {
      const duplex = silentDuplex();
      const peer = peerOver(duplex, message => peer.send(message));
      for (let i = 0; i < 20; i++) duplex.push(echoed);
      return peer;
    },
  },
  { name: 'our duplex alone, a read waiting', open: () => lockedDuplex(silentDuplex()) },
  { name: 'ours, one read waiting', open: () => serverOver(silentDuplex()), most: idleBytes },
  { name: 'ours, keepalive off', open: () => serverOver(silentDuplex(), Infinity), most: idleBytes },
  {
    name: 'ours, has written a message',
    open() {
      const socket = serverOver(silentDuplex());
      void socket.writable.getWriter().write('hello');
      return socket;
    },
    most: idleWriterBytes,
  },
  {
    name: 'ours, has echoed 20 messages',
    open() {
      const duplex = silentDuplex();
      const socket = socketOver('server', nodeDuplex(duplex), { pingIntervalMs: 3_600_000 }, systemClock);
      void socket.readable.pipeTo(socket.writable).catch(() => {});
      for (let i = 0; i < 20; i++) duplex.push(echoed);
      return socket;
    },
    most: idleEchoBytes,
  },
];

function lockedDuplex(duplex: Duplex): unknown {
  const { reader, writer } = lockDuplex(nodeDuplex(duplex));
  void reader.read().catch(() => {});
  return [reader, writer];
}

async function idleConnections(): Promise<void> {
  console.log(`\n${connections} idle connections of a server over stream.Duplex, the transport included\n`);
  row('', 'KiB each', 'bound, KiB', 'beside ws');
  let peer = 0;
  for (const { name, open, most } of idlers) {
    const held: unknown[] = [];
    for (let i = 0; i < 100; i++) held.push(open());
    for (let i = 0; i < 100; i++) await nextTask();
    const before = usedBytes();
    for (let i = 0; i < connections; i++) held.push(open());
    for (let i = 0; i < 200; i++) await nextTask();
    const each = (usedBytes() - before) / connections;
    if (name === 'ws, one listener') peer = each;
    const limit = most === undefined ? '' : bound(name, each, most);
    row(name, kibibytes(each), limit, peer === 0 ? '' : (each / peer).toFixed(2));
    for (const one of held) (one as Partial<OpenWebSocket>).terminate?.();
    await nextTask();
  }
}

/** However long the message: Node by itself has some 45 MiB, and lets garbage lie. */
const peakBoundBytes = 160 * 2 ** 20;

async function gigabytes(count: number): Promise<void> {
  console.log(`\none message of ${count} GiB through openMessage and messages, in a process of its own\n`);
  const script = fileURLToPath(new URL('stream-gigabytes.js', import.meta.url));
  const child = spawn(process.execPath, [script, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = '';
  for await (const lines of child.stdout.setEncoding('utf8')) {
    for (const line of String(lines).split('\n').filter(Boolean)) {
      last = line;
      if (!line.startsWith('{')) console.log(line);
    }
  }
  const { received, seconds, peakBytes } = JSON.parse(last) as Record<
    'received' | 'seconds' | 'peakBytes',
    number
  >;
  row('received, GiB', 'seconds', 'MiB/s', 'peak RSS, MiB', 'bound, MiB');
  const mebibytes = received / 2 ** 20;
  row(
    (mebibytes / 1024).toFixed(2),
    seconds.toFixed(1),
    (mebibytes / seconds).toFixed(0),
    (peakBytes / 2 ** 20).toFixed(0),
    bound('the peak of gigabytes', peakBytes, peakBoundBytes, 2 ** 20),
  );
  if (received !== count * 2 ** 30) broken.push('octets were lost');
}
