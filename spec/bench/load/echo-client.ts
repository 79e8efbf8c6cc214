// A client of an echo server that keeps a number of messages in flight.

import type { Socket } from 'node:net';
import { inflateRawSync } from 'node:zlib';
import { FrameCounter } from './frame-counter.ts';
import { type EchoFrames, type FrameCycle, FrameCycleReader } from './frame-cycle.ts';
import { encodeFrame } from './frames.ts';
import type { RawClient } from './raw-client.ts';

export class EchoClient {
  /** The number of echoed messages. */
  echoed = 0;
  #inFlight = 0;
  #running = false;
  #onIdle: () => void = () => {};
  readonly #socket: Socket;
  readonly #reader: FrameCycleReader;
  readonly #counter: FrameCounter;

  constructor({ socket, rest }: RawClient, cycle: FrameCycle) {
    this.#socket = socket;
    this.#reader = new FrameCycleReader(cycle);
    this.#counter = new FrameCounter((opcode, payload) => {
      if (opcode === 8) throw new Error('the server sent a Close frame');
      if (opcode === 9) socket.write(encodeFrame({ opcode: 10, payload, masked: true }));
    });
    if (rest.length > 0) this.#receive(rest);
    socket.on('data', chunk => this.#receive(chunk));
  }

  get payloadBytes(): number {
    return this.#counter.payloadBytes;
  }

  start(inFlight: number): void {
    this.#running = true;
    this.#send(inFlight);
  }

  /** Stops sending, and waits until every message has been echoed. */
  stop(): Promise<void> {
    this.#running = false;
    return new Promise(resolve => {
      this.#onIdle = resolve;
      if (this.#inFlight === 0) resolve();
    });
  }

  #send(count: number): void {
    this.#inFlight += count;
    this.#reader.take(count, frames => this.#socket.write(frames));
  }

  #receive(chunk: Buffer): void {
    const count = this.#counter.push(chunk);
    if (count === 0) return;
    this.echoed += count;
    this.#inFlight -= count;
    if (this.#running) this.#send(count);
    else if (this.#inFlight === 0) this.#onIdle();
  }
}

/** Sends the first message, and checks that the server echoes it. */
export async function checkEcho({ socket }: RawClient, { first, sample }: EchoFrames): Promise<void> {
  socket.write(first.slice(0, 1));
  const frames: Buffer[] = [];
  const counter = new FrameCounter(() => {});
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    frames.push(chunk as Buffer);
    if (counter.push(chunk as Buffer) > 0) break;
  }
  const echo = payloadOf(Buffer.concat(frames));
  if (!echo.equals(sample))
    throw new Error(`the echo differs: sent ${sample.length} bytes, received ${echo.length}`);
}

function payloadOf(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  const compressed = (bytes[0]! & 64) !== 0;
  for (let at = 0; at < bytes.length; ) {
    const short = bytes[at + 1]! & 127;
    const long = short < 126 ? 0 : short === 126 ? 2 : 8;
    const length = long === 0 ? short : bytes.readUIntBE(at + 2 + Math.max(0, long - 6), Math.min(long, 6));
    at += 2 + long;
    if (at + length > bytes.length) throw new Error('the server sent more than the echo');
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  if (!compressed) return Buffer.concat(parts);
  return inflateRawSync(Buffer.concat([...parts, Buffer.from([0, 0, 255, 255])]), { finishFlush: 2 });
}
