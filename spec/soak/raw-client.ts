// A client that speaks the protocol byte by byte over real TCP, and reads and writes no faster than it is told.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Frame, FrameReader } from '../conformance/frame-reader.ts';

const request = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Version: 13',
  '\r\n',
].join('\r\n');

/** Milliseconds between two looks of a slow reader. */
const tickMs = 5;

/** A frame with a masking key of zeros; `first` says FIN, RSV and opcode. */
export function clientFrame(first: number, payload: string | Uint8Array): Uint8Array {
  const body = Buffer.from(payload as string);
  const length = body.length < 126 ? [0x80 | body.length] : [0xfe, body.length >> 8, body.length & 255];
  return Buffer.concat([Uint8Array.of(first, ...length, 0, 0, 0, 0), body]);
}

export class RawClient {
  /** When a frame that is whole has been read. */
  onFrame: (frame: Frame) => void = () => {};
  /** Whether it answers pings as it reads them. */
  answersPings = true;
  readonly socket: Socket;
  /** Settles when the connection is closed, in whichever way. */
  readonly closed: Promise<void>;
  readonly #frames = new FrameReader(false);

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    this.closed = new Promise(resolve => socket.once('close', () => resolve()));
  }

  /** Connects to a server on this machine, and opens a WebSocket. It has read nothing but the head of the response. */
  static async open(port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const client = new RawClient(socket);
    await once(socket, 'connect');
    socket.write(request);
    await client.#readHead();
    return client;
  }

  send(first: number, payload: string | Uint8Array): void {
    this.socket.write(clientFrame(first, payload));
  }

  /** Reads whatever comes, as it comes. */
  readOn(): void {
    this.socket.on('data', chunk => this.#hear(chunk));
  }

  /** Reads so many bytes per second until the connection ends. */
  async readAt(bytesPerSecond: number): Promise<void> {
    let since = performance.now();
    while (!this.socket.destroyed && !this.socket.readableEnded) {
      await sleep(tickMs);
      const now = performance.now();
      const due = Math.ceil(((now - since) * bytesPerSecond) / 1000);
      since = now;
      const available = Math.min(due, this.socket.readableLength);
      const chunk = this.socket.read(available === 0 ? 0 : available) as Buffer | null;
      if (chunk !== null) this.#hear(chunk);
    }
  }

  /** Sends bytes one by one, waiting before each. */
  async drip(bytes: Iterable<number>, everyMs: number): Promise<void> {
    for (const byte of bytes) {
      await sleep(everyMs);
      if (this.socket.destroyed) return;
      this.socket.write(Uint8Array.of(byte));
    }
  }

  #hear(chunk: Uint8Array): void {
    for (const frame of this.#frames.read(chunk)) {
      if (frame.opcode === 9 && this.answersPings) this.send(0x8a, frame.payload);
      this.onFrame(frame);
    }
  }

  async #readHead(): Promise<void> {
    let head = Buffer.alloc(0);
    for (;;) {
      const chunk = this.socket.read() as Buffer | null;
      if (chunk === null) {
        await once(this.socket, 'readable');
        continue;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) continue;
      if (!head.toString('latin1').startsWith('HTTP/1.1 101 ')) throw new Error(`${head}`);
      if (head.length > end + 4) this.socket.unshift(head.subarray(end + 4));
      return;
    }
  }
}
