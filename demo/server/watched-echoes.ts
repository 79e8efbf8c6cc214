// Echo servers that report each byte they read and write to the inspector page that watches them.

import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  acceptWebSocket,
  type ByteDuplex,
  byteTunnel,
  type CloseRecord,
  HeaderFields,
  type OpenWebSocket,
  type RequestHead,
} from '../../lib/index.ts';
import { nodeDuplex, upgrade } from '../../lib/node.ts';
import { encodeHead } from '../../lib/protocol.ts';
import { RechunkStream } from '../../lib/testing.ts';
import { Gate } from '../inspector/links/gate.ts';
import type { Direction } from '../inspector/links/link.ts';
import {
  encodeBytes,
  type WatchOrder,
  type WatchReport,
  watchPaths,
} from '../inspector/links/watch-protocol.ts';
import { type ConnectionSettings, cutLengths, deflateOption } from '../inspector/play/settings.ts';
import { TappedDuplex } from '../inspector/wire/tapped-duplex.ts';

const countIntervalMs = 50;

export class WatchedEchoes {
  readonly #watches = new Map<string, Watch>();

  /** Opens a WebSocket if the path is one of the inspector, otherwise returns `undefined`. */
  open(request: IncomingMessage, tcp: Duplex, head: Uint8Array): Promise<OpenWebSocket> | undefined {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const key = searchParams.get('key') ?? '';
    if (pathname === watchPaths.watch) return this.#watch(key, upgrade(request, tcp, head));
    if (pathname === watchPaths.tunnel) return tunnel(request.socket.localPort!, upgrade(request, tcp, head));
    const watch = this.#watches.get(key);
    if (pathname !== watchPaths.echo || watch === undefined) return undefined;
    return watch.echo(request, tcp, head, searchParams.get('settings') ?? '').catch(error => {
      tcp.destroy();
      throw error;
    });
  }

  async #watch(key: string, opening: Promise<OpenWebSocket>): Promise<OpenWebSocket> {
    const socket = await opening;
    const watch = new Watch(socket);
    this.#watches.set(key, watch);
    const forget = () => {
      this.#watches.delete(key);
      watch.stop();
    };
    socket.closed.then(forget, forget);
    return socket;
  }
}

/** The connection to a page that watches an echo server. */
class Watch {
  readonly #writer: WritableStreamDefaultWriter<string | Uint8Array>;
  readonly #gate = new Gate();

  constructor(page: OpenWebSocket) {
    this.#writer = page.writable.getWriter();
    this.#writer.closed.catch(() => {});
    this.#followOrders(page).catch(() => {});
  }

  /** Stops watching. The echo server goes on. */
  stop(): void {
    this.#gate.set(true);
  }

  async echo(request: IncomingMessage, tcp: Duplex, rest: Uint8Array, json: string): Promise<OpenWebSocket> {
    const settings = JSON.parse(json) as ConnectionSettings;
    const head = requestHead(request);
    await this.#bytes('up', encodeHead(head));
    const duplex = new TappedDuplex(cut(nodeDuplex(tcp), settings), {
      onRead: chunk => this.#bytes('up', chunk),
      onWrite: chunk => this.#bytes('down', chunk),
    });
    const { maxFrameBytes, maxMessageBytes } = settings;
    const deflate = deflateOption(settings.compression);
    const socket = await acceptWebSocket(duplex, {
      request: head,
      rest,
      maxFrameBytes,
      maxMessageBytes,
      deflate,
    });
    const { extensions, compression } = socket;
    this.#report({ type: 'open', extensions, compression });
    this.#sendBack(socket).catch(() => {});
    const end = () => this.#report({ type: 'closed', record: withoutCause(socket.closeRecord) });
    socket.closed.then(end, end);
    return socket;
  }

  async #sendBack(socket: OpenWebSocket): Promise<void> {
    const writer = socket.writable.getWriter();
    writer.closed.catch(() => {});
    let count = 0;
    let reported = 0;
    const timer = setInterval(() => {
      if (count > reported) this.#report({ type: 'taken', count });
      reported = count;
    }, countIntervalMs);
    try {
      for await (const message of socket) {
        await this.#gate.passed();
        count += 1;
        writer.write(message).catch(() => {});
        await writer.ready;
      }
    } finally {
      clearInterval(timer);
    }
  }

  async #followOrders(page: OpenWebSocket): Promise<void> {
    for await (const message of page.readable) {
      const { on } = JSON.parse(`${message}`) as WatchOrder;
      this.#gate.set(on);
    }
  }

  #report(report: WatchReport): void {
    this.#writer.write(JSON.stringify(report)).catch(() => {});
  }

  /** Reports bytes and waits for the page, so that no queue grows here. Does not wait for a page that is gone. */
  #bytes(direction: Direction, bytes: Uint8Array): Promise<void> {
    this.#writer.write(encodeBytes(direction, bytes)).catch(() => {});
    return this.#writer.ready.catch(() => {});
  }
}

async function tunnel(port: number, opening: Promise<OpenWebSocket>): Promise<OpenWebSocket> {
  const socket = await opening;
  const here = byteTunnel(socket);
  const there = nodeDuplex(connect({ port, host: '127.0.0.1', noDelay: true }));
  here.readable.pipeTo(there.writable).catch(() => {});
  there.readable.pipeTo(here.writable).catch(() => {});
  return socket;
}

function cut({ readable, writable }: ByteDuplex, { cuts }: ConnectionSettings): ByteDuplex {
  const lengths = cutLengths(cuts);
  if (lengths === undefined) return { readable, writable };
  return { readable: readable.pipeThrough(new RechunkStream(lengths)), writable };
}

function requestHead({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): RequestHead {
  return {
    type: 'request',
    method,
    target: url,
    version: httpVersion,
    headers: new HeaderFields(rawHeaders),
  };
}

/** Returns the record without its error, which JSON cannot represent. */
function withoutCause(record: CloseRecord): CloseRecord {
  return { ...record, cause: undefined };
}
