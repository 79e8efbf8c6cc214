// `npm run bench -- receive`: decodes bytes to messages, compared with the Receiver of ws as npm installs it (without
// add-ons). All candidates own their chunks and output text as strings. ws outputs binary messages as views of its chunks;
// of wsluice, only the candidate "views" does.

import type { Writable } from 'node:stream';
import * as ws from 'ws';
import type { Role } from '../../lib/base/role.ts';
import { type WebSocketDecoderOptions, webSocketDecoder } from '../../lib/events/websocket-decoder.ts';
import { WebSocketDecoderStream } from '../../lib/streams/websocket-decoder-stream.ts';
import { type Candidate, compare, type Row } from './compare.ts';
import { writeFigures } from './figures-file.ts';
import type { BenchOptions } from './options.ts';
import { kinds, sizes, type Workload, wireChunks, workload } from './workload.ts';

const maxMessageBytes = 2 ** 24;

/** The Receiver, which the types of ws do not export. */
const { Receiver } = ws as unknown as {
  Receiver: new (options: { isServer: boolean; maxPayload: number }) => Writable;
};

export async function run(options: BenchOptions): Promise<void> {
  const lines: object[] = [];
  for (const role of ['server', 'client'] as const) {
    const from = role === 'server' ? 'a client (masked)' : 'a server (unmasked)';
    lines.push(...(await compare(`receive from ${from}`, rows(role))));
  }
  writeFigures('receive', {}, lines, options);
}

function* rows(role: Role): Generator<Row> {
  for (const kind of kinds) {
    for (const bytes of sizes) {
      const work = workload(kind, bytes);
      const chunks = wireChunks(work, role === 'server' ? 'client' : 'server');
      const copies = () => chunks.map(chunk => chunk.slice());
      const candidates = [
        peer(role, work, copies),
        synchronous(role, work, copies),
        views(role, work, copies),
        reader(role, work, copies),
        iterator(role, work, copies),
      ];
      yield { label: work.label, messages: work.messages.length, candidates };
    }
  }
}

/** Returns copies of the chunks, because each candidate owns its input. */
export type Copies = () => Uint8Array[];

function check(count: number, work: Workload): void {
  if (count !== work.messages.length) throw new Error(`decoded ${count} of ${work.messages.length} messages`);
}

export function peer(role: Role, work: Workload, copies: Copies): Candidate {
  const receiver = new Receiver({ isServer: role === 'server', maxPayload: maxMessageBytes });
  let count = 0;
  receiver.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary ? data.length >= 0 : data.toString().length >= 0) count += 1;
  });
  return {
    name: 'ws',
    async run() {
      count = 0;
      for (const chunk of copies()) {
        const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
        if (!receiver.write(buffer)) await new Promise<void>(resolve => receiver.once('drain', resolve));
      }
      while (count < work.messages.length) await new Promise<void>(resolve => setImmediate(resolve));
    },
  };
}

function synchronous(role: Role, work: Workload, copies: Copies): Candidate {
  return decoding('synchronous', { role }, work, copies);
}

/** Decodes like ws: binary messages may keep their chunk alive, and memory is not zero-filled. */
export function views(role: Role, work: Workload, copies: Copies): Candidate {
  const allocate = (byteLength: number) => Buffer.allocUnsafeSlow(byteLength).buffer;
  return decoding('synchronous, views', { role, maxPinnedBytes: Infinity, allocate }, work, copies);
}

function decoding(name: string, options: WebSocketDecoderOptions, work: Workload, copies: Copies): Candidate {
  const decoder = webSocketDecoder({ maxMessageBytes, ownsInput: true, ...options });
  return {
    name,
    run() {
      let count = 0;
      for (const chunk of copies()) {
        decoder.write(chunk);
        for (let event = decoder.read(); event !== undefined || decoder.busy; event = decoder.read()) {
          if (event !== undefined) count += 1;
        }
      }
      check(count, work);
    },
  };
}

function reader(role: Role, work: Workload, copies: Copies): Candidate {
  const stream = new WebSocketDecoderStream({ role, maxMessageBytes, ownsInput: true });
  const writer = stream.writable.getWriter();
  const events = stream.readable.getReader();
  return {
    name: 'stream, read()',
    async run() {
      for (const chunk of copies()) void writer.write(chunk);
      for (let count = 0; count < work.messages.length; count++) await events.read();
    },
  };
}

function iterator(role: Role, work: Workload, copies: Copies): Candidate {
  const stream = new WebSocketDecoderStream({ role, maxMessageBytes, ownsInput: true });
  const writer = stream.writable.getWriter();
  const events = stream.readable[Symbol.asyncIterator]();
  return {
    name: 'stream, for await',
    async run() {
      for (const chunk of copies()) void writer.write(chunk);
      for (let count = 0; count < work.messages.length; count++) await events.next();
    },
  };
}
