// Measures the time per message of each codec and of ws.

import type { MessageDeflater, MessageInflater } from '../../../lib/deflate/codec.ts';
import { Deflater } from '../../../lib/deflate/deflater.ts';
import { codecs } from '../../support/codecs.ts';
import { through } from '../../support/messages-through.ts';
import { corpora, messagesOf } from '../corpora.ts';
import { cpuMs } from './cpu-clock.ts';
import { compressing, decompressing, drain, pakoStream, type Runner, takeover, wsRunner } from './runners.ts';
import { type Bound, table, withBound } from './table.ts';

/** The bounds of the speed relative to ws, by message size. */
const sendingBounds: Record<number, Bound> = {
  64: { min: 5 },
  200: { min: 2 },
  2000: { min: 1.2 },
  65536: { min: 0.75 },
};
const receivingBounds: Record<number, Bound> = {
  64: { min: 5 },
  200: { min: 5 },
  2000: { min: 1.8 },
  65536: { min: 0.7 },
};
/** The bound of the speed of sending relative to pako. */
const pakoBound: Bound = { min: 1.4 };

const sizes = [64, 200, 2000, 65_536];
const rounds = 7;

/** Returns the number of bytes to process for messages of a size. */
const totalFor = (size: number): number => Math.max(size, Math.min(1_000_000, size * 2000));

/** Returns the microseconds per message: the best of several rounds over all runners, because noise only adds time. */
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
  pako: pakoStream,
  ws: wsRunner('compress'),
};
const receivingRunners: Record<string, Runner> = {
  ...runnersOf(decompressing, []),
  ws: wsRunner('decompress'),
};

export async function sending(): Promise<void> {
  await direction('sending', sendingRunners, sendingBounds, pakoBound, messages => messages);
}

export async function receiving(): Promise<void> {
  await direction('receiving', receivingRunners, receivingBounds, undefined, messages => {
    const deflater = new Deflater(takeover);
    return messages.map(message => through(deflater, message));
  });
}

async function direction(
  title: string,
  runners: Record<string, Runner>,
  wsBounds: Record<number, Bound>,
  ofPako: Bound | undefined,
  input: (messages: Uint8Array[]) => Uint8Array[],
): Promise<void> {
  console.log(
    `\n${title}, context takeover, one connection, one core; microseconds per message, and × the speed of the built-in codec relative to it (bound)`,
  );
  const rows: Record<string, string | number>[] = [];
  for (const corpus of Object.keys(corpora)) {
    for (const size of sizes) {
      const best = await times(runners, input(messagesOf(corpus, size, totalFor(size))), cpuMs);
      const ours = best['built in']!;
      const row: Record<string, string | number> = { corpus, bytes: size, 'built in': ours.toFixed(2) };
      for (const [name, µs] of Object.entries(best).slice(1)) {
        const ratio = µs / ours;
        const bound = name === 'ws' ? wsBounds[size] : name === 'pako' ? ofPako : undefined;
        row[name] = µs.toFixed(1);
        row[`× ${name}`] = bound === undefined ? ratio.toFixed(2) : withBound(ratio, bound);
      }
      rows.push(row);
    }
  }
  table(rows);
}

/** Finds the message size above which node:zlib is faster than the built-in codec: the figures fall below 1. */
export async function crossover(): Promise<void> {
  console.log(
    '\nspeed of the built-in codec relative to node:zlib, context takeover, one connection, one core',
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
        const best = await times(runners, input, cpuMs);
        row[`${corpus}, ${direction}`] = (best[zlib]! / best.ours!).toFixed(2);
      }
    }
    rows.push(row);
  }
  table(rows);
}

/** Measures 64 connections in turn, as on a server: the memory of each leaves the processor's caches between messages. */
export async function turns(): Promise<void> {
  console.log('\n64 connections in turn, context takeover, one core; microseconds per message');
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
    // Fills the compression windows before the measurement.
    const half = messages.length >> 1;
    for (const machine of machines) drain(machine, messages.slice(0, half));
    const start = cpuMs();
    for (const message of messages.slice(half)) for (const machine of machines) drain(machine, [message]);
    best = Math.min(best, ((cpuMs() - start) * 1000) / (64 * (messages.length - half)));
  }
  return best;
}

/** Measures 20 concurrent connections by elapsed time, because ws uses threads. */
export async function connections(): Promise<void> {
  console.log('\nsending on 20 concurrent connections, all cores; elapsed microseconds per message');
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
      '× ws': (ws / ours).toFixed(2),
    });
  }
  table(rows);
}
