// A WebSocket client over TCP that controls each byte: it can read and write at a limited rate.

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

/** Milliseconds between two reads of a slow reader. */
const readIntervalMs = 5;

/** Returns a frame with a masking key of zeros; `first` is its first byte (FIN, RSV bits and opcode). */
export function clientFrame(first: number, payload: string | Uint8Array): Uint8Array {
  const body = Buffer.from(payload as string);
  const length = body.length < 126 ? [0x80 | body.length] : [0xfe, body.length >> 8, body.length & 255];
  return Buffer.concat([Uint8Array.of(first, ...length, 0, 0, 0, 0), body]);
}

export class RawClient {
  /** Called with each complete frame. */
  onFrame: (frame: Frame) => void = () => {};
  /** Whether the client answers pings. */
  answersPings = true;
  readonly socket: Socket;
  /** Resolves when the connection has closed or failed. */
  readonly closed: Promise<void>;
  readonly #frames = new FrameReader(false);

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    this.closed = new Promise(resolve => socket.once('close', () => resolve()));
  }

  /** Connects to a local server, and opens a WebSocket. Bytes after the head of the response stay unread. */
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

  /** Reads without a limit until the connection ends. */
  readAll(): void {
    this.socket.on('data', chunk => this.#receive(chunk));
  }

  /** Reads at this rate until the connection ends. */
  async readAt(bytesPerSecond: number): Promise<void> {
    let since = performance.now();
    while (!this.socket.destroyed && !this.socket.readableEnded) {
      await sleep(readIntervalMs);
      const now = performance.now();
      const due = Math.ceil(((now - since) * bytesPerSecond) / 1000);
      since = now;
      const available = Math.min(due, this.socket.readableLength);
      const chunk = this.socket.read(available === 0 ? 0 : available) as Buffer | null;
      if (chunk !== null) this.#receive(chunk);
    }
  }

  /** Sends single bytes, each after an interval. */
  async sendSlowly(bytes: Iterable<number>, intervalMs: number): Promise<void> {
    for (const byte of bytes) {
      await sleep(intervalMs);
      if (this.socket.destroyed) return;
      this.socket.write(Uint8Array.of(byte));
    }
  }

  #receive(chunk: Uint8Array): void {
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
