// The browser's own WebSocket as a client. It has no backpressure: its queue grows if the peer does not read.

import type { ClientEnd } from './client-end.ts';
import type { ClientEnding } from './ending.ts';
import type { Outgoing } from './link.ts';

/** The size of the queue above which `send` waits, so that the page does not run out of memory. */
const maxQueueBytes = 67_108_864;
const pollMs = 20;

export async function openBrowserClient(url: string, onMessage: () => void): Promise<ClientEnd> {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = onMessage;
  const closed = new Promise<ClientEnding>(resolve => {
    socket.onclose = ({ code, reason, wasClean }) => resolve({ closeCode: code, reason, wasClean });
  });
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`the browser cannot connect to ${url}`));
  });
  return new BrowserClient(socket, closed);
}

class BrowserClient implements ClientEnd {
  readonly scriptable = false;
  readonly closed: Promise<ClientEnding>;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, closed: Promise<ClientEnding>) {
    this.#socket = socket;
    this.closed = closed;
  }

  get extensions(): string {
    return this.#socket.extensions;
  }

  get queueBytes(): number {
    return this.#socket.bufferedAmount;
  }

  async send(message: Outgoing): Promise<void> {
    this.#refuseUnlessOpen();
    this.#socket.send(message);
    while (this.#socket.bufferedAmount > maxQueueBytes) {
      await new Promise(resolve => setTimeout(resolve, pollMs));
      this.#refuseUnlessOpen();
    }
  }

  async ping(): Promise<number> {
    throw new Error("the browser's WebSocket has no ping");
  }

  async inject(): Promise<void> {
    throw new Error("the browser's WebSocket sends no broken bytes");
  }

  close(code: number | undefined, reason: string): void {
    if (code === undefined) this.#socket.close();
    else this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.close();
  }

  #refuseUnlessOpen(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) throw new Error('the WebSocket is closed');
  }
}
