// `npm run bench -- send`: encodes messages to bytes, compared with the Sender of ws as npm installs it (without add-ons).

import { Duplex } from 'node:stream';
import * as ws from 'ws';
import type { Role } from '../../lib/base/role.ts';
import { randomBytes } from '../../lib/bytes/random-bytes.ts';
import type { OutgoingEvent } from '../../lib/events/event.ts';
import { WebSocketEncoder } from '../../lib/events/websocket-encoder.ts';
import { WebSocketEncoderStream } from '../../lib/streams/websocket-encoder-stream.ts';
import { type Candidate, compare, type Row } from './compare.ts';
import { writeFigures } from './figures-file.ts';
import type { BenchOptions } from './options.ts';
import { kinds, sizes, type Workload, workload } from './workload.ts';

/** The Sender, which the types of ws do not export. */
const { Sender } = ws as unknown as {
  Sender: new (socket: Duplex, extensions: object) => { send(data: unknown, options: object): void };
};

export async function run(options: BenchOptions): Promise<void> {
  const lines: object[] = [];
  for (const role of ['server', 'client'] as const) {
    lines.push(
      ...(await compare(`send as a ${role} (${role === 'server' ? 'unmasked' : 'masked'})`, rows(role))),
    );
  }
  writeFigures('send', {}, lines, options);
}

function* rows(role: Role): Generator<Row> {
  for (const kind of kinds) {
    for (const bytes of sizes) {
      const work = workload(kind, bytes);
      const candidates = [peer(role, work), synchronous(role, work), batched(role, work), stream(role, work)];
      yield { label: work.label, messages: work.messages.length, candidates };
    }
  }
}

function events(work: Workload): OutgoingEvent[] {
  return work.messages.map(data => ({ type: work.type, data, last: true }) as OutgoingEvent);
}

/** Accepts all data immediately, like a socket with an empty send buffer. */
class Sink extends Duplex {
  bytes = 0;
  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    this.bytes += chunk.length;
    callback();
  }
  override _writev(chunks: { chunk: Buffer }[], callback: () => void): void {
    for (const { chunk } of chunks) this.bytes += chunk.length;
    callback();
  }
  override _read(): void {}
}

function peer(role: Role, work: Workload): Candidate {
  const sink = new Sink();
  const sender = new Sender(sink, {});
  const options = { binary: work.type === 'binary', mask: role === 'client', compress: false, fin: true };
  return {
    name: 'ws',
    run() {
      for (const data of work.messages) sender.send(data, options);
    },
  };
}

function synchronous(role: Role, work: Workload): Candidate {
  const encoder = new WebSocketEncoder({ role, randomBytes });
  const all = events(work);
  return {
    name: 'synchronous',
    run() {
      for (const event of all) {
        encoder.write(event);
        while (encoder.read() !== undefined);
      }
    },
  };
}

function batched(role: Role, work: Workload): Candidate {
  const encoder = new WebSocketEncoder({ role, randomBytes });
  const all = events(work);
  return {
    name: 'synchronous, array',
    run() {
      encoder.write(all);
      while (encoder.read() !== undefined);
    },
  };
}

function stream(role: Role, work: Workload): Candidate {
  const pipe = new WebSocketEncoderStream({ role });
  const writer = pipe.writable.getWriter();
  const reader = pipe.readable.getReader();
  const all = events(work);
  let bytes = 0;
  void (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.length;
    }
  })();
  return {
    name: 'stream',
    async run() {
      for (const event of all) await writer.write(event);
      if (bytes === 0) throw new Error('the stream has not output any bytes');
    },
  };
}
