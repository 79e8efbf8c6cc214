// `npm run bench -- deflate`: speed, ratio, memory and bombs, ours beside ws, pako and node:zlib in one run.
// Speed is measured on one core: the bench starts itself again under `taskset -c 0` where there is one.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { inflateSync } from 'fflate';
import { Deflate, Inflate } from 'pako';
import * as ws from 'ws';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import { Deflater } from '../../lib/deflate/deflater.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { emptyDynamicBlocks } from '../support/bits.ts';
import { through } from '../support/messages-through.ts';
import { corpora, messagesOf } from './corpora.ts';

const sizes = [64, 200, 2000, 65_536];
const tail = Uint8Array.of(0x00, 0x00, 0xff, 0xff);
const takeover = { windowBits: 15, contextTakeover: true, maxMessageBytes: Infinity };

/** Prints all tables. */
export async function run(): Promise<void> {
  const child = (what: string, pinned: boolean) => {
    const command = [process.execPath, '--expose-gc', fileURLToPath(import.meta.url), what];
    const [file, ...args] = pinned ? ['taskset', '-c', '0', ...command] : command;
    return spawnSync(file!, args, { stdio: 'inherit' });
  };
  const pinned = spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  if (!pinned)
    console.log('taskset is not here: nothing is pinned to one core, which slows ws and flatters us');
  child('speed', pinned);
  child('bombs', pinned);
  child('connections', false);
  child('ratio', false);
  child('memory', false);
}

type Runner = (messages: Uint8Array[]) => Promise<void> | void;

/** Octets per message that are worth timing. */
const totalFor = (size: number): number => Math.min(2_000_000, size * 3000);

/** The best of several runs, in microseconds per message. */
async function time(runner: Runner, messages: Uint8Array[]): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < 6; i++) {
    const start = performance.now();
    await runner(messages);
    best = Math.min(best, performance.now() - start);
  }
  return (best * 1000) / messages.length;
}

interface PerMessageDeflate {
  accept(offers: object[]): object;
  compress(data: Uint8Array, fin: boolean, callback: (error: Error | null, result: Uint8Array) => void): void;
  decompress(
    data: Uint8Array,
    fin: boolean,
    callback: (error: Error | null, result: Uint8Array) => void,
  ): void;
  cleanup(): void;
}

/** All messages through one connection of ws, handed over without waiting. */
const wsRunner =
  (method: 'compress' | 'decompress'): Runner =>
  messages =>
    new Promise<void>((resolve, reject) => {
      const { PerMessageDeflate } = ws as unknown as {
        PerMessageDeflate: new (options: object) => PerMessageDeflate;
      };
      const extension = new PerMessageDeflate({ isServer: true, maxPayload: 2 ** 28 });
      extension.accept([{ client_max_window_bits: [true] }]);
      let left = messages.length;
      for (const message of messages) {
        extension[method](message, true, error => {
          if (error) reject(error);
          if (--left === 0) {
            extension.cleanup();
            resolve();
          }
        });
      }
    });

/** The same with a stream of node:zlib. */
const zlibRunner =
  (make: () => zlib.DeflateRaw | zlib.InflateRaw, end: Uint8Array): Runner =>
  async messages => {
    const stream = make();
    stream.on('data', () => {});
    for (const message of messages) {
      stream.write(message);
      if (end.length > 0) stream.write(end);
      stream.flush(zlib.constants.Z_SYNC_FLUSH);
    }
    await new Promise<void>(resolve => stream.flush(zlib.constants.Z_SYNC_FLUSH, resolve));
    stream.close();
  };

const oursOut: Runner = messages => drain(new Deflater(takeover), messages);
const oursIn: Runner = payloads => drain(new Inflater(takeover), payloads);

function drain(machine: Deflater | Inflater, messages: Uint8Array[]): void {
  for (const message of messages) {
    machine.write(message, true);
    while (machine.read() !== undefined);
  }
}

const pakoOut: Runner = messages => {
  const deflate = new Deflate({ raw: true });
  deflate.onData = () => {};
  for (const message of messages) deflate.push(message, 2);
};
const pakoIn: Runner = payloads => {
  const inflate = new Inflate({ raw: true });
  inflate.onData = () => {};
  for (const payload of payloads) {
    inflate.push(payload, 2);
    inflate.push(tail, 2);
  }
};

/** One call of fflate for each message, the last 32 KiB as its dictionary, everything allocated before. */
const fflateIn: Runner = payloads => {
  const arena = new Uint8Array(2 ** 19);
  const input = new Uint8Array(2 ** 17);
  const end = Uint8Array.of(...tail, 1, 0, 0, 0xff, 0xff);
  let to = 0;
  for (const payload of payloads) {
    if (arena.length - to < 2 ** 17) {
      arena.copyWithin(0, to - 32_768, to);
      to = 32_768;
    }
    input.set(payload);
    input.set(end, payload.length);
    const dictionary = arena.subarray(Math.max(0, to - 32_768), to);
    const data = input.subarray(0, payload.length + end.length);
    to += inflateSync(data, { out: arena.subarray(to), dictionary }).length;
  }
};

function table(rows: Record<string, string | number>[]): void {
  const columns = Object.keys(rows[0]!);
  const width = (column: string) => Math.max(column.length, ...rows.map(row => String(row[column]).length));
  const line = (cells: (string | number)[]) =>
    console.log(
      cells
        .map((cell, i) =>
          i === 0 ? String(cell).padEnd(width(columns[0]!)) : String(cell).padStart(width(columns[i]!)),
        )
        .join('  '),
    );
  line(columns);
  for (const row of rows) line(Object.values(row));
}

const parts: Record<string, () => Promise<void> | void> = {
  async speed() {
    for (const direction of ['sending', 'receiving'] as const) {
      console.log(
        `\n${direction}, with takeover, one connection, one core; microseconds a message, × times as fast`,
      );
      const rows: Record<string, string | number>[] = [];
      for (const corpus of Object.keys(corpora)) {
        for (const size of sizes) {
          const messages = messagesOf(corpus, size, totalFor(size));
          const deflater = new Deflater(takeover);
          const payloads = messages.map(message => through(deflater, message));
          const sending = direction === 'sending';
          const input = sending ? messages : payloads;
          const none = new Uint8Array(0);
          const ours = await time(sending ? oursOut : oursIn, input);
          const others = {
            ws: await time(wsRunner(sending ? 'compress' : 'decompress'), input),
            'node:zlib': await time(
              zlibRunner(sending ? zlib.createDeflateRaw : zlib.createInflateRaw, sending ? none : tail),
              input,
            ),
            pako: await time(sending ? pakoOut : pakoIn, input),
            ...(!sending && { fflate: await time(fflateIn, input) }),
          };
          const row: Record<string, string | number> = { corpus, octets: size, ours: ours.toFixed(2) };
          for (const [name, µs] of Object.entries(others)) {
            row[name] = µs.toFixed(1);
            row[`×${name}`] = (µs / ours).toFixed(2);
          }
          rows.push(row);
        }
      }
      table(rows);
    }
  },

  async connections() {
    console.log('\nsending on 20 connections at once, all cores; microseconds a message');
    const rows = [];
    for (const size of sizes) {
      const messages = messagesOf('JSON API', size, totalFor(size) / 20);
      const twenty =
        (runner: Runner): Runner =>
        async each => {
          await Promise.all(Array.from({ length: 20 }, () => runner(each)));
        };
      const ours = await time(twenty(oursOut), messages);
      const theirs = await time(twenty(wsRunner('compress')), messages);
      rows.push({
        octets: size,
        ours: (ours / 20).toFixed(2),
        ws: (theirs / 20).toFixed(2),
        '×ws': (theirs / ours).toFixed(2),
      });
    }
    table(rows);
  },

  ratio() {
    console.log(
      '\noctets sent for 1,000,000 (4,000,000 at 65,536), with takeover, against zlib level 6 with the same window; percent more',
    );
    const rows = [];
    for (const corpus of Object.keys(corpora)) {
      for (const windowBits of [15, 13, 12, 10, 9]) {
        const row: Record<string, string | number> = { corpus, bits: windowBits };
        for (const size of sizes) {
          const messages = messagesOf(corpus, size, size > 10_000 ? 4_000_000 : 1_000_000);
          let theirs = 0;
          const deflate = new Deflate({ raw: true, windowBits });
          deflate.onData = chunk => {
            theirs += chunk.length;
          };
          for (const message of messages) deflate.push(message, 2);
          theirs -= 4 * messages.length;
          const ours = compressedBytes(messages, windowBits);
          row[`${size} octets`] = `${((ours / theirs - 1) * 100).toFixed(1)} %`;
        }
        rows.push(row);
      }
    }
    const noise = Uint8Array.from(
      { length: 1_000_000 },
      (_, i) => Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 23,
    );
    table(rows);
    console.log(`1,000,000 octets of noise become ${compressedBytes([noise], 15)}`);
  },

  async memory() {
    console.log(
      '\nmemory, bytes of array buffers for each connection (of 200), after messages of 100,000 octets',
    );
    const rows = [];
    for (const windowBits of [15, 14, 13, 12, 11, 10, 9, 8]) {
      const [message] = messagesOf('JSON API', 100_000, 100_000) as [Uint8Array];
      const payload = through(new Deflater({ windowBits, contextTakeover: true }), message);
      const held = async (make: () => Deflater | Inflater, data: Uint8Array) => {
        const before = await arrayBuffers();
        const machines = Array.from({ length: 200 }, make);
        const unused = (await arrayBuffers()) - before;
        for (const machine of machines) drain(machine, [data]);
        const used = (await arrayBuffers()) - before;
        for (const machine of machines) drain(machine, []);
        return [unused, Math.round(used / 200)] as const;
      };
      const options = { windowBits, contextTakeover: true, maxMessageBytes: Infinity };
      const [unusedOut, out] = await held(() => new Deflater(options), message);
      const [unusedIn, into] = await held(() => new Inflater(options), payload);
      rows.push({
        bits: windowBits,
        deflater: out,
        'by docs': builtInCodec.deflaterBytes(windowBits),
        inflater: into,
        'by docs ': builtInCodec.inflaterBytes(windowBits),
        'before use': unusedOut + unusedIn,
      });
    }
    table(rows);
  },

  bombs() {
    console.log(
      '\nbombs: limit 1 MiB; what was given out before the failure, and how long it took, the best of five',
    );
    const zeros = zlib.deflateRawSync(new Uint8Array(2 ** 28), { level: 9 });
    const flushed = Buffer.concat([zeros, Uint8Array.of(0)]);
    const blocks = emptyDynamicBlocks();
    const repeated = (octets: Uint8Array, total: number) =>
      Buffer.concat([
        ...new Array<Uint8Array>(Math.floor(total / octets.length)).fill(octets),
        Uint8Array.of(0),
      ]);
    const megabyte = zlib.deflateRawSync(new Uint8Array(65_536), {
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    });
    const cases: Record<string, { parts: Uint8Array[]; before?: number }> = {
      [`256 MiB of zeros in ${zeros.length} octets`]: { parts: [flushed] },
      'the same in fragments of 100 octets': { parts: slices(flushed, 100) },
      'the same after 100 messages': { parts: [flushed], before: 100 },
      '64 MiB of zeros in 1,024 blocks': { parts: [repeated(megabyte, megabyte.length * 1024)] },
      '64 KiB of empty dynamic blocks': { parts: [repeated(blocks, 65_536)] },
      '64 KiB of 03 00': { parts: [repeated(Uint8Array.of(3, 0), 65_536)] },
      '1 MiB of empty dynamic blocks': { parts: [repeated(blocks, 2 ** 20)] },
      '64 MiB of zeros, no limit': {
        parts: [
          zlib
            .deflateRawSync(new Uint8Array(2 ** 26), { finishFlush: zlib.constants.Z_SYNC_FLUSH })
            .subarray(0, -4),
        ],
      },
    };
    const rows = [];
    for (const [bomb, { parts: all, before = 0 }] of Object.entries(cases)) {
      let best = Infinity;
      let given = 0;
      let verdict = '';
      let peak = 0;
      for (let i = 0; i < 5; i++) {
        (globalThis as { gc?: () => void }).gc?.();
        const resting = process.memoryUsage().arrayBuffers;
        const limit = bomb.endsWith('no limit') ? Infinity : 2 ** 20;
        const machine = new Inflater({ windowBits: 15, contextTakeover: true, maxMessageBytes: limit });
        for (let j = 0; j < before; j++)
          drain(machine, [Uint8Array.of(0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00)]);
        given = 0;
        const start = performance.now();
        try {
          for (const [j, part] of all.entries()) {
            machine.write(part, j === all.length - 1);
            for (let piece = machine.read(); piece !== undefined; piece = machine.read())
              given += piece.length;
          }
          verdict = 'taken';
        } catch (error) {
          verdict = String((error as { closeCode: number }).closeCode);
        }
        best = Math.min(best, performance.now() - start);
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - resting);
      }
      rows.push({
        bomb,
        verdict,
        'octets given': given,
        'KiB held': Math.round(peak / 1024),
        ms: best.toFixed(2),
      });
    }
    table(rows);
  },
};

/** What array buffers hold once garbage is gone, which takes a while. */
async function arrayBuffers(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise(resolve => setTimeout(resolve, 30));
  }
  return process.memoryUsage().arrayBuffers;
}

function compressedBytes(messages: Uint8Array[], windowBits: number): number {
  const deflater = new Deflater({ windowBits, contextTakeover: true });
  let bytes = 0;
  for (const message of messages) {
    deflater.write(message, true);
    for (let piece = deflater.read(); piece !== undefined; piece = deflater.read()) bytes += piece.length;
  }
  return bytes;
}

function slices(data: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(data.length / size) }, (_, i) =>
    data.subarray(i * size, (i + 1) * size),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await (parts[process.argv[2] ?? ''] ?? run)();
