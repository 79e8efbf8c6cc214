// A process: hostile peers that send as fast as the server reads, and another client that pings ten times per second.

import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FrameCounter } from '../load/frame-counter.ts';
import { type FrameCycle, FrameCycleReader } from '../load/frame-cycle.ts';
import { encodeFrame } from '../load/frames.ts';
import { openRaw } from '../load/raw-client.ts';
import { answer } from '../process/answer.ts';
import { traffics } from './traffic.ts';

export interface Attack {
  readonly port: number;
  readonly traffic: string;
  readonly peers: number;
}

export interface AttackResult {
  /** The time from each ping of the other client to its pong, or to the end of the measurement. */
  readonly roundTripsMs: readonly number[];
  /** The number of hostile connections that the server ended. The peers then reconnect. */
  readonly ended: number;
}

const pingIntervalMs = 100;

/** Sends frames until the process ends. */
class HostilePeer {
  ended = 0;
  readonly #port: number;
  readonly #cycle: FrameCycle;
  readonly #framesPerWrite: number;

  constructor(port: number, cycle: FrameCycle, framesPerWrite: number) {
    this.#port = port;
    this.#cycle = cycle;
    this.#framesPerWrite = framesPerWrite;
    void this.#run();
  }

  async #run(): Promise<void> {
    for (;;) {
      try {
        const { socket } = await openRaw(this.#port, true);
        await this.#flood(socket.on('error', () => {}).resume());
        this.ended += 1;
      } catch {
        // The server is too busy to accept the connection.
        await sleep(10);
      }
    }
  }

  /** Sends frames until the connection has ended. */
  #flood(socket: Socket): Promise<void> {
    const frames = new FrameCycleReader(this.#cycle);
    return new Promise(resolve => {
      const fill = () => {
        let accepts = true;
        while (accepts && socket.writable)
          frames.take(this.#framesPerWrite, bytes => (accepts = socket.write(bytes)));
      };
      socket.on('drain', fill).on('close', () => resolve());
      fill();
    });
  }
}

/** Sends pings for `ms` milliseconds. Returns the time of each round trip. */
async function pingFor(socket: Socket, ms: number): Promise<number[]> {
  const roundTripsMs: number[] = [];
  const sentAt: number[] = [];
  const counter = new FrameCounter(opcode => {
    if (opcode === 10) roundTripsMs.push(performance.now() - sentAt[roundTripsMs.length]!);
  });
  socket.on('data', chunk => counter.push(chunk));
  const end = performance.now() + ms;
  for (let next = performance.now(); next < end; next += pingIntervalMs) {
    await sleep(next - performance.now());
    sentAt.push(performance.now());
    socket.write(encodeFrame({ opcode: 9, payload: Buffer.alloc(8), masked: true }));
  }
  await sleep(pingIntervalMs);
  return sentAt.map((sent, i) => roundTripsMs[i] ?? performance.now() - sent);
}

let pinging: Socket;
let hostile: readonly HostilePeer[] = [];

answer({
  async attack({ port, traffic, peers }: Attack) {
    const { cycle: make, framesPerWrite } = traffics[traffic]!;
    const cycle = await make();
    pinging = (await openRaw(port, true)).socket;
    hostile = Array.from({ length: peers }, () => new HostilePeer(port, cycle, framesPerWrite));
  },

  async ping(ms: number): Promise<AttackResult> {
    const roundTripsMs = await pingFor(pinging, ms);
    return { roundTripsMs, ended: hostile.reduce((sum, peer) => sum + peer.ended, 0) };
  },
});
