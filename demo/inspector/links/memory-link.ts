// A client and a server of wsluice in the page, over a duplex in memory.

import { type ConnectionSettings, cutLengths, deflateOption } from '../play/settings.ts';
import { TappedDuplex } from '../wire/tapped-duplex.ts';
import { type TapCounts, WireTap } from '../wire/wire-tap.ts';
import {
  acceptWebSocket,
  type ByteDuplex,
  connectWebSocket,
  duplexPair,
  type OpenWebSocket,
  RechunkStream,
} from '../wsluice.ts';
import { Backlog } from './backlog.ts';
import { closedOf, type Ending, endingOf } from './ending.ts';
import { Gate } from './gate.ts';
import type { Direction, Gauge, Link, LinkObserver, Outgoing } from './link.ts';

/** Both ends of a connection, and its observers. */
interface Parts {
  readonly client: OpenWebSocket;
  readonly server: OpenWebSocket;
  readonly here: TappedDuplex;
  readonly there: TappedDuplex;
  readonly taps: Readonly<Record<Direction, WireTap>>;
  readonly backlog: Backlog;
}

/** Opens a connection in memory, with a server that echoes. */
export async function openMemoryLink(settings: ConnectionSettings, observer: LinkObserver): Promise<Link> {
  const backlog = new Backlog();
  const taps = {
    up: new WireTap('server', {
      onChunk: chunk => observer.onChunk('up', chunk),
      onEvent: ({ type }, plainBytes) => type !== 'close' && backlog.arrive(type, plainBytes),
    }),
    down: new WireTap('client', { onChunk: chunk => observer.onChunk('down', chunk) }),
  };
  const [left, right] = duplexPair();
  const here = new TappedDuplex(cut(left, settings), { onRead: chunk => taps.down.write(chunk) });
  const there = new TappedDuplex(cut(right, settings), { onRead: chunk => taps.up.write(chunk) });
  const { maxFrameBytes, maxMessageBytes } = settings;
  const options = { maxFrameBytes, maxMessageBytes, deflate: deflateOption(settings.compression) };
  const [client, server] = await Promise.all([
    connectWebSocket(here, 'ws://in.memory/echo', options),
    acceptWebSocket(there, options),
  ]);
  const { compression } = server;
  taps.up.open({ compression, maxMessageBytes });
  taps.down.open({ compression, maxMessageBytes });
  return new MemoryLink({ client, server, here, there, taps, backlog }, observer);
}

function cut({ readable, writable }: ByteDuplex, { cuts }: ConnectionSettings): ByteDuplex {
  const lengths = cutLengths(cuts);
  if (lengths === undefined) return { readable, writable };
  return { readable: readable.pipeThrough(new RechunkStream(lengths)), writable };
}

class MemoryLink implements Link {
  readonly scriptable = true;
  readonly ended: Promise<Ending>;
  readonly #parts: Parts;
  readonly #gate = new Gate();
  readonly #writer: WritableStreamDefaultWriter<Outgoing>;

  constructor(parts: Parts, observer: LinkObserver) {
    this.#parts = parts;
    this.#writer = parts.client.writable.getWriter();
    // `ended` has the failure.
    this.#writer.closed.catch(() => {});
    this.#echo().catch(() => {});
    this.#listen(observer).catch(() => {});
    this.ended = this.#end();
  }

  get extensions(): string {
    return this.#parts.client.extensions;
  }

  counts(direction: Direction): TapCounts {
    return this.#parts.taps[direction].counts;
  }

  gauge(): Gauge {
    const { client, here, there, backlog } = this.#parts;
    return {
      queueBytes: client.bufferedAmount,
      wireBytes: here.writtenBytes - there.readBytes,
      lookAheadBytes: backlog.bytes,
    };
  }

  async send(message: Outgoing): Promise<void> {
    this.#writer.write(message).catch(() => {});
    await this.#writer.ready;
  }

  ping(): Promise<number> {
    return this.#parts.client.ping();
  }

  inject(bytes: Uint8Array): Promise<void> {
    return this.#parts.here.inject(bytes);
  }

  close(code: number | undefined, reason: string): void {
    this.#parts.client.close({ closeCode: code, reason });
  }

  terminate(): void {
    this.#gate.set(true);
    this.#parts.client.terminate();
    this.#parts.server.terminate();
  }

  setReading(reading: boolean): void {
    this.#gate.set(reading);
  }

  /** Runs the server's application: reads each message and sends it back. */
  async #echo(): Promise<void> {
    const { server, backlog } = this.#parts;
    const writer = server.writable.getWriter();
    writer.closed.catch(() => {});
    for await (const message of server.readable) {
      await this.#gate.passed();
      backlog.take();
      writer.write(message).catch(() => {});
      await writer.ready;
    }
  }

  async #listen(observer: LinkObserver): Promise<void> {
    for await (const _ of this.#parts.client.readable) observer.onEcho();
  }

  async #end(): Promise<Ending> {
    const { client, server } = this.#parts;
    const [ending] = await Promise.all([closedOf(client.closed), closedOf(server.closed)]);
    return endingOf(ending, server.closeRecord);
  }
}
