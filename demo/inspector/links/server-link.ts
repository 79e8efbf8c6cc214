// A connection to the demo server. The server reports the bytes that pass, and the page decodes them.

import type { ConnectionSettings } from '../play/settings.ts';
import { type TapCounts, WireTap } from '../wire/wire-tap.ts';
import type { CloseRecord } from '../wsluice.ts';
import { Backlog } from './backlog.ts';
import type { ClientEnd, OpenClientEnd } from './client-end.ts';
import { type Ending, endingOf } from './ending.ts';
import type { Direction, Gauge, Link, LinkObserver, Outgoing } from './link.ts';
import { decodeBytes, echoTarget, type WatchOrder, type WatchReport, watchPaths } from './watch-protocol.ts';

/** The longest wait for the server's record after the client's end. */
const recordMs = 1000;

/**
 * @param server - the address of the demo server, such as `ws://127.0.0.1:8080`
 * @param openClient - opens the client's end
 */
export async function openServerLink(
  server: string,
  openClient: OpenClientEnd,
  settings: ConnectionSettings,
  observer: LinkObserver,
): Promise<Link> {
  const key = crypto.randomUUID();
  const watch = new Watch(settings, observer);
  await watch.start(`${server}${watchPaths.watch}?${new URLSearchParams({ key })}`);
  try {
    const client = await openClient(`${server}${echoTarget(key, settings)}`, () => observer.onEcho());
    return new ServerLink(client, watch);
  } catch (error) {
    watch.stop();
    throw error;
  }
}

class ServerLink implements Link {
  readonly ended: Promise<Ending>;
  readonly #client: ClientEnd;
  readonly #watch: Watch;

  constructor(client: ClientEnd, watch: Watch) {
    this.#client = client;
    this.#watch = watch;
    this.ended = this.#end();
  }

  get extensions(): string {
    return this.#client.extensions;
  }

  get scriptable(): boolean {
    return this.#client.scriptable;
  }

  counts(direction: Direction): TapCounts {
    return this.#watch.taps[direction].counts;
  }

  gauge(): Gauge {
    const { queueBytes } = this.#client;
    return { queueBytes, wireBytes: undefined, lookAheadBytes: this.#watch.backlog.bytes };
  }

  send(message: Outgoing): Promise<void> {
    return this.#client.send(message);
  }

  ping(): Promise<number> {
    return this.#client.ping();
  }

  inject(bytes: Uint8Array): Promise<void> {
    return this.#client.inject(bytes);
  }

  close(code: number | undefined, reason: string): void {
    this.#client.close(code, reason);
  }

  terminate(): void {
    this.setReading(true);
    this.#client.terminate();
  }

  setReading(reading: boolean): void {
    this.#watch.order({ type: 'reading', on: reading });
  }

  async #end(): Promise<Ending> {
    const client = await this.#client.closed;
    const record = await this.#watch.record;
    this.#watch.stop();
    return endingOf(client, record);
  }
}

/** Receives the reports of the server. */
class Watch {
  readonly taps: Readonly<Record<Direction, WireTap>>;
  readonly backlog = new Backlog();
  readonly #settings: ConnectionSettings;
  readonly #closed: Promise<CloseRecord>;
  #resolveClosed!: (record: CloseRecord) => void;
  #socket!: WebSocket;

  constructor(settings: ConnectionSettings, observer: LinkObserver) {
    this.#settings = settings;
    this.#closed = new Promise(resolve => {
      this.#resolveClosed = resolve;
    });
    this.taps = {
      up: new WireTap('server', {
        onChunk: chunk => observer.onChunk('up', chunk),
        onEvent: ({ type }, plainBytes) => this.backlog.arrive(type, plainBytes),
      }),
      down: new WireTap('client', { onChunk: chunk => observer.onChunk('down', chunk) }),
    };
  }

  /** The server's close record; `undefined` if it does not arrive in time. */
  get record(): Promise<CloseRecord | undefined> {
    const late = new Promise<undefined>(resolve => setTimeout(resolve, recordMs));
    return Promise.race([this.#closed, late]);
  }

  async start(url: string): Promise<void> {
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') return this.#report(JSON.parse(data));
      const [direction, bytes] = decodeBytes(new Uint8Array(data));
      this.taps[direction].write(bytes);
    };
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error('the demo server cannot be reached'));
    });
  }

  stop(): void {
    this.#socket.close();
  }

  order(order: WatchOrder): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(order));
  }

  #report(report: WatchReport): void {
    if (report.type === 'open') {
      const { compression } = report;
      const { maxMessageBytes } = this.#settings;
      for (const tap of Object.values(this.taps)) tap.open({ compression, maxMessageBytes });
    } else if (report.type === 'closed') {
      this.#resolveClosed(report.record);
    } else {
      while (this.backlog.taken < report.count) this.backlog.take();
    }
  }
}
