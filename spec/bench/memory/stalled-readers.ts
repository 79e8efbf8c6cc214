// Measures the memory of a socket whose reader and transport stall while the peer keeps sending.

import { builtInCodec } from '../../../lib/deflate/built-in-codec.ts';
import { deflateSettings } from '../../../lib/deflate/deflate-options.ts';
import { systemClock } from '../../../lib/sockets/deadline-timer.ts';
import { PreparedMessage } from '../../../lib/sockets/prepared-message.ts';
import type { AgreedCompression } from '../../../lib/sockets/socket-options.ts';
import { nextTask } from '../../../lib/streams/next-task.ts';
import { fromHex } from '../../support/hex.ts';
import { usedBytes } from '../../support/memory.ts';
import { fromClient } from '../../support/named-frames.ts';
import { socketOver } from '../../support/socket-over.ts';
import type { Report } from '../report.ts';
import { kibibytes } from './kibibytes.ts';

/** The traffic of a peer to a server with a limit of 1 MiB per message. */
interface Traffic {
  readonly name: string;
  /** The bytes before the repeated ones, as hex. */
  readonly begin?: string;
  /** The repeated bytes, as hex. */
  readonly bytes: string;
  /** The size of a message that the socket buffers as a whole. Default: 0. */
  readonly messageBytes?: number;
  /** Whether the application uses `events` instead of `readable`. It reads neither. */
  readonly events?: boolean;
}

function traffics(): Traffic[] {
  const bomb = new PreparedMessage(new Uint8Array(2 ** 20)).part({ codec: builtInCodec, windowBits: 15 });
  return [
    { name: 'messages of 10 bytes', bytes: fromClient.binary(new Uint8Array(10)) },
    { name: 'empty messages', bytes: fromClient.binary() },
    {
      name: 'empty fragments of one message',
      begin: fromClient.binary('', { fin: false }),
      bytes: fromClient.continuation('', { fin: false }),
    },
    {
      name: 'fragments of one byte',
      begin: fromClient.binary('', { fin: false }),
      bytes: fromClient.continuation('\x01', { fin: false }),
      messageBytes: 2 ** 18,
    },
    { name: 'messages of 32 KiB', bytes: fromClient.binary(new Uint8Array(32_768)), messageBytes: 32_768 },
    {
      name: 'bombs of 1 MiB',
      bytes: fromClient.binary(bomb.payload as Uint8Array, { rsv1: true }),
      messageBytes: 2 ** 20,
    },
    {
      name: 'messages of 65 bytes among pongs',
      bytes: fromClient.binary(new Uint8Array(65)) + fromClient.pong(new Uint8Array(125)).repeat(60),
    },
    { name: 'pings, messages unread', bytes: fromClient.ping(new Uint8Array(125)) },
    { name: 'pings, events unread', bytes: fromClient.ping(new Uint8Array(125)), events: true },
  ];
}

const chunkBytes = 65_536;
const offeredBytes = 64 * 2 ** 20;

/** The bound that README states, in addition to one message. */
const statedBytes = 128 * 1024;

/** An allowance for the socket itself and other activity of the process. */
const socketBytes = 32_768;

export async function stalledReaders(report: Report): Promise<void> {
  const title = 'stalled reader and transport, 64 MiB offered in chunks of 64 KiB';
  report.row(title, ['read, KiB', 'memory, KiB', 'close code', 'memory bound']);
  for (const traffic of traffics()) {
    const { takenBytes, heldBytes, end } = await measureRepeatedly(traffic);
    const { name, messageBytes = 0 } = traffic;
    const max = statedBytes + messageBytes + socketBytes;
    report.add({
      cells: [name, kibibytes(takenBytes), kibibytes(heldBytes), `${end}`],
      bounds: [{ name: 'memory, KiB', figure: heldBytes / 1024, max: max / 1024 }],
      data: { takenBytes, heldBytes, end },
    });
  }
}

/** Returns the median of several runs, because other activity of the process affects single ones. */
async function measureRepeatedly(traffic: Traffic) {
  const runs = [];
  for (let i = 0; i < 5; i++) runs.push(await measure(traffic));
  return runs.sort((a, b) => a.heldBytes - b.heldBytes)[2]!;
}

/** Measures the memory that is freed when the socket is released. */
async function measure(traffic: Traffic) {
  const stalled = [await stall(traffic)];
  const filled = usedBytes();
  const result = await release(stalled.pop()!);
  return { ...result, heldBytes: filled - usedBytes() };
}

async function release({ socket, taken }: Awaited<ReturnType<typeof stall>>) {
  const end = socket.closeRecord.sent?.closeCode ?? 'open';
  socket.terminate();
  await socket.closed.catch(() => {});
  for (let i = 0; i < 10; i++) await nextTask();
  return { takenBytes: taken(), end };
}

/** Opens a socket, and waits until it has stopped reading. The source makes its chunks on demand. */
async function stall({ begin = '', bytes, events }: Traffic) {
  const unit = fromHex(bytes);
  let taken = 0;
  const readable = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken >= offeredBytes) return;
        const chunk = taken === 0 ? Buffer.concat([fromHex(begin), repeat(unit)]) : repeat(unit);
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

/** Returns a chunk of as many repetitions as fit, at least one. */
function repeat(bytes: Uint8Array): Uint8Array {
  const count = Math.max(1, Math.floor(chunkBytes / bytes.length));
  const chunk = new Uint8Array(count * bytes.length);
  for (let i = 0; i < count; i++) chunk.set(bytes, i * bytes.length);
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
