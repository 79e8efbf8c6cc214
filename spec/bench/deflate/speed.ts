// Measures the time per message of each codec and of ws.

import type { MessageDeflater, MessageInflater } from '../../../lib/deflate/codec.ts';
import { Deflater } from '../../../lib/deflate/deflater.ts';
import { codecs } from '../../support/codecs.ts';
import { through } from '../../support/messages-through.ts';
import { corpora, messagesOf } from '../corpora.ts';
import { compressing, decompressing, drain, pakoStream, type Runner, takeover, wsRunner } from './parties.ts';
import { type Asked, judged, table } from './table.ts';
import { worked } from './worked.ts';

/** The bounds relative to ws, by the length of the message. */
const askedOfSending: Record<number, Asked> = {
  64: { least: 5 },
  200: { least: 2 },
  2000: { least: 1.2 },
  65536: { least: 0.75 },
};
const askedOfReceiving: Record<number, Asked> = {
  64: { least: 5 },
  200: { least: 5 },
  2000: { least: 1.8 },
  65536: { least: 0.7 },
};
/** The bounds of sending relative to a stream of pako. */
const askedOfPako: Asked = { least: 1.4 };

const sizes = [64, 200, 2000, 65_536];
const rounds = 7;

/** The number of bytes to time. */
const totalFor = (size: number): number => Math.max(size, Math.min(1_000_000, size * 2000));

/** Returns the microseconds per message: the best of several rounds over all runners, because noise only adds. */
async function times(
  runners: Record<string, Runner>,
  messages: Uint8Array[],
  clock: () => number,
): Promise<Record<string, number>> {
  const best: Record<string, number> = {};
  for (let i = 0; i < rounds; i++) {
    for (const [name, runner] of Object.entries(runners)) {
      const start = clock();
      await runner(messages);
      const µs = ((clock() - start) * 1000) / messages.length;
      best[name] = Math.min(best[name] ?? Infinity, µs);
    }
  }
  return best;
}

const runnersOf = (run: typeof compressing, without: readonly string[]): Record<string, Runner> =>
  Object.fromEntries(
    Object.entries(codecs)
      .filter(([name]) => !without.includes(name))
      .map(([name, { codec }]) => [name, run(codec)]),
  );

// fflate compresses with the built-in codec.
const sendingRunners: Record<string, Runner> = {
  ...runnersOf(compressing, ['fflate']),
  'pako alone': pakoStream,
  ws: wsRunner('compress'),
};
const receivingRunners: Record<string, Runner> = {
  ...runnersOf(decompressing, []),
  ws: wsRunner('decompress'),
};

export async function sending(): Promise<void> {
  await direction('sending', sendingRunners, askedOfSending, askedOfPako, messages => messages);
}

export async function receiving(): Promise<void> {
  await direction('receiving', receivingRunners, askedOfReceiving, undefined, messages => {
    const deflater = new Deflater(takeover);
    return messages.map(message => through(deflater, message));
  });
}

async function direction(
  title: string,
  runners: Record<string, Runner>,
  asked: Record<number, Asked>,
  ofPako: Asked | undefined,
  input: (messages: Uint8Array[]) => Uint8Array[],
): Promise<void> {
  console.log(
    `\n${title}, with takeover, one connection, one core; microseconds a message, × the built-in codec is so many times as fast (asked)`,
  );
  const rows: Record<string, string | number>[] = [];
  for (const corpus of Object.keys(corpora)) {
    for (const size of sizes) {
      const best = await times(runners, input(messagesOf(corpus, size, totalFor(size))), worked);
      const ours = best['built in']!;
      const row: Record<string, string | number> = { corpus, bytes: size, 'built in': ours.toFixed(2) };
      for (const [name, µs] of Object.entries(best).slice(1)) {
        const ratio = µs / ours;
        const asks = name === 'ws' ? asked[size] : name === 'pako alone' ? ofPako : undefined;
        row[name] = µs.toFixed(1);
        row[`×${name}`] = asks === undefined ? ratio.toFixed(2) : judged(ratio, asks);
      }
      rows.push(row);
    }
  }
  table(rows);
}

/** Finds the size from which node:zlib is faster than the built-in codec: the figures fall below 1. */
export async function crossover(): Promise<void> {
  console.log(
    '\nthe built-in codec is so many times as fast as node:zlib, one connection with takeover, one core',
  );
  const zlib = 'node:zlib';
  const rows: Record<string, string | number>[] = [];
  for (const size of [32, 64, 128, 256, 512, 1024, 2048, 4096, 16_384, 65_536, 262_144]) {
    const row: Record<string, string | number> = { bytes: size };
    for (const corpus of ['JSON feed', 'JSON API', 'English']) {
      const messages = messagesOf(corpus, size, totalFor(size));
      const deflater = new Deflater(takeover);
      const payloads = messages.map(message => through(deflater, message));
      for (const [direction, run, input] of [
        ['sending', compressing, messages],
        ['receiving', decompressing, payloads],
      ] as const) {
        const runners = { ours: run(codecs['built in']!.codec), [zlib]: run(codecs[zlib]!.codec) };
        const best = await times(runners, input, worked);
        row[`${corpus}, ${direction}`] = (best[zlib]! / best.ours!).toFixed(2);
      }
    }
    rows.push(row);
  }
  table(rows);
}

/**
 * As `crossover`, on 64 connections in turn, as on a server: the memory of each has left the processor's caches in between.
 */
export async function turns(): Promise<void> {
  console.log('\n64 connections in turn, with takeover, one core; microseconds a message');
  const rows: Record<string, string | number>[] = [];
  for (const corpus of ['JSON feed', 'JSON API']) {
    for (const size of [64, 200, 2000]) {
      const messages = messagesOf(corpus, size, 64_000);
      const deflater = new Deflater(takeover);
      const payloads = messages.map(message => through(deflater, message));
      const row: Record<string, string | number> = { corpus, bytes: size };
      for (const name of ['built in', 'node:zlib']) {
        const { codec } = codecs[name]!;
        row[`${name}, sending`] = eachInTurn(() => codec.createDeflater(takeover), messages).toFixed(1);
        row[`${name}, receiving`] = eachInTurn(() => codec.createInflater(takeover), payloads).toFixed(1);
      }
      rows.push(row);
    }
  }
  table(rows);
}

/** Returns the microseconds per message: the best of three rounds, in each of which 64 codecs process every message. */
function eachInTurn(make: () => MessageDeflater | MessageInflater, messages: Uint8Array[]): number {
  let best = Infinity;
  for (let round = 0; round < 3; round++) {
    const machines = Array.from({ length: 64 }, make);
    // Fills the windows before the measurement.
    const half = messages.length >> 1;
    for (const machine of machines) drain(machine, messages.slice(0, half));
    const start = worked();
    for (const message of messages.slice(half)) for (const machine of machines) drain(machine, [message]);
    best = Math.min(best, ((worked() - start) * 1000) / (64 * (messages.length - half)));
  }
  return best;
}

/** Measures twenty connections at once by the clock, because ws uses threads. */
export async function connections(): Promise<void> {
  console.log('\nsending on 20 connections at once, all cores; microseconds a message by the clock');
  const twenty =
    (runner: Runner): Runner =>
    async each => {
      await Promise.all(Array.from({ length: 20 }, () => runner(each)));
    };
  const runners = { ours: twenty(sendingRunners['built in']!), ws: twenty(sendingRunners.ws!) };
  const rows = [];
  for (const size of sizes) {
    const messages = messagesOf('JSON API', size, totalFor(size) / 20);
    const best = await times(runners, messages, () => performance.now());
    const { ours, ws } = best as { ours: number; ws: number };
    rows.push({
      bytes: size,
      ours: (ours / 20).toFixed(2),
      ws: (ws / 20).toFixed(2),
      '×ws': (ws / ours).toFixed(2),
    });
  }
  table(rows);
}
