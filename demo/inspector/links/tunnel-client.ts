// A client of wsluice in the page, through a tunnel to the demo server.

import { type ConnectionSettings, deflateOption } from '../play/settings.ts';
import { TappedDuplex } from '../wire/tapped-duplex.ts';
import { connectWebSocket, type OpenWebSocket } from '../wsluice.ts';
import type { ClientEnd, OpenClientEnd } from './client-end.ts';
import { type ClientEnding, closedOf } from './ending.ts';
import type { Outgoing } from './link.ts';
import { openTunnel } from './tunnel.ts';

/** @param tunnelUrl - the URL of the tunnel to the server */
export function tunnelClient(tunnelUrl: string, settings: ConnectionSettings): OpenClientEnd {
  return async (url, onMessage) => {
    const duplex = new TappedDuplex(await openTunnel(tunnelUrl), { onRead: () => {} });
    const { maxFrameBytes, maxMessageBytes } = settings;
    const socket = await connectWebSocket(duplex, url, {
      maxFrameBytes,
      maxMessageBytes,
      deflate: deflateOption(settings.compression),
    });
    return new TunnelClient(socket, duplex, onMessage);
  };
}

class TunnelClient implements ClientEnd {
  readonly scriptable = true;
  readonly closed: Promise<ClientEnding>;
  readonly #socket: OpenWebSocket;
  readonly #duplex: TappedDuplex;
  readonly #writer: WritableStreamDefaultWriter<Outgoing>;

  constructor(socket: OpenWebSocket, duplex: TappedDuplex, onMessage: () => void) {
    this.#socket = socket;
    this.#duplex = duplex;
    this.#writer = socket.writable.getWriter();
    // `closed` has the failure.
    this.#writer.closed.catch(() => {});
    this.closed = closedOf(socket.closed);
    this.#listen(onMessage).catch(() => {});
  }

  get extensions(): string {
    return this.#socket.extensions;
  }

  get queueBytes(): number {
    return this.#socket.bufferedAmount;
  }

  async send(message: Outgoing): Promise<void> {
    this.#writer.write(message).catch(() => {});
    await this.#writer.ready;
  }

  ping(): Promise<number> {
    return this.#socket.ping();
  }

  inject(bytes: Uint8Array): Promise<void> {
    return this.#duplex.inject(bytes);
  }

  close(code: number | undefined, reason: string): void {
    this.#socket.close({ closeCode: code, reason });
  }

  terminate(): void {
    this.#socket.terminate();
  }

  async #listen(onMessage: () => void): Promise<void> {
    for await (const _ of this.#socket.readable) onMessage();
  }
}
