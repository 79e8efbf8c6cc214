// Sends the arguments of `WebSocket.send` in order. A Blob is read first, and messages after it wait.

import type { CloseDictionary } from '../base/close-dictionary.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import type { BufferedAmount } from './buffered-amount.ts';

/** Text, bytes, or a Blob. */
export type Sendable = string | Uint8Array<ArrayBuffer> | Blob;

/** The outgoing messages of one WebSocket. */
export class OutgoingMessages {
  readonly #socket: OpenWebSocket;
  readonly #amount: BufferedAmount;
  /** The Blob that is being read and the steps after it; `undefined` if no Blob is being read. */
  #steps: (() => Promise<void> | undefined)[] | undefined;

  constructor(socket: OpenWebSocket, amount: BufferedAmount) {
    this.#socket = socket;
    this.#amount = amount;
  }

  /** Sends a message. Bytes are copied. */
  send(data: Sendable): void {
    const message = this.#amount.add(sizeOf(data));
    const sent = () => this.#amount.sent(message);
    const transmit = (ready: string | Uint8Array<ArrayBuffer>) =>
      void this.#socket.send(ready).then(sent, () => {});
    if (isBlob(data)) this.#enqueue(async () => transmit(new Uint8Array(await data.arrayBuffer())));
    else if (this.#steps === undefined) transmit(data);
    else {
      const copy = typeof data === 'string' ? data : data.slice();
      this.#enqueue(() => transmit(copy));
    }
  }

  /** Closes the socket after all messages that were given to `send`. */
  close(info: CloseDictionary): void {
    if (this.#steps === undefined) this.#socket.close(info);
    else this.#enqueue(() => this.#socket.close(info));
  }

  #enqueue(step: () => Promise<void> | undefined | void): void {
    if (this.#steps !== undefined) return void this.#steps.push(step as () => Promise<void> | undefined);
    this.#steps = [step as () => Promise<void> | undefined];
    void this.#run(this.#steps);
  }

  async #run(steps: (() => Promise<void> | undefined)[]): Promise<void> {
    try {
      for (let step = steps.shift(); step !== undefined; step = steps.shift()) await step();
      this.#steps = undefined;
    } catch {
      // A Blob cannot be read if its file has changed. The messages after it cannot be sent either.
      this.#socket.terminate();
    }
  }
}

/** Returns true if the value is a Blob of the host. */
export function isBlob(value: unknown): value is Blob {
  return typeof Blob === 'function' && value instanceof Blob;
}

/** Returns the argument for `BufferedAmount.add`: the text, or the number of bytes. */
export function sizeOf(data: Sendable): string | number {
  if (typeof data === 'string') return data;
  return isBlob(data) ? data.size : data.byteLength;
}
