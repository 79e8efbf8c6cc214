// A process: hostile peers that send as fast as the server takes it, and one other client that pings ten times a second.

import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FrameCounter } from '../load/frame-counter.ts';
import { encodeFrame } from '../load/frames.ts';
import { openRaw } from '../load/raw-client.ts';
import { type Reel, ReelReader } from '../load/reel.ts';
import { answer } from '../process/answering.ts';
import { traffics } from './traffic.ts';

export interface Attack {
  readonly port: number;
  readonly traffic: string;
  readonly peers: number;
}

export interface Attacked {
  /** Milliseconds from each ping of the other client to its pong, or to the end of the measurement. */
  readonly roundTripsMs: readonly number[];
  /** The number of connections of hostile peers that the server ended; the peers connect again. */
  readonly ended: number;
}

const pingEveryMs = 100;

/** Floods until the process ends. */
class HostilePeer {
  ended = 0;
  readonly #port: number;
  readonly #reel: Reel;
  readonly #framesPerWrite: number;

  constructor(port: number, reel: Reel, framesPerWrite: number) {
    this.#port = port;
    this.#reel = reel;
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
        // The server has no time for it now.
        await sleep(10);
      }
    }
  }

  /** Settles when the connection has ended. */
  #flood(socket: Socket): Promise<void> {
    const frames = new ReelReader(this.#reel);
    return new Promise(resolve => {
      const fill = () => {
        let room = true;
        while (room && socket.writable)
          frames.take(this.#framesPerWrite, bytes => (room = socket.write(bytes)));
      };
      socket.on('drain', fill).on('close', () => resolve());
      fill();
    });
  }
}

/** Pings until the time is over. */
async function pingFor(socket: Socket, ms: number): Promise<number[]> {
  const roundTripsMs: number[] = [];
  const sentAt: number[] = [];
  const counter = new FrameCounter(opcode => {
    if (opcode === 10) roundTripsMs.push(performance.now() - sentAt[roundTripsMs.length]!);
  });
  socket.on('data', chunk => counter.push(chunk));
  const end = performance.now() + ms;
  for (let next = performance.now(); next < end; next += pingEveryMs) {
    await sleep(next - performance.now());
    sentAt.push(performance.now());
    socket.write(encodeFrame({ opcode: 9, payload: Buffer.alloc(8), masked: true }));
  }
  await sleep(pingEveryMs);
  return sentAt.map((sent, i) => roundTripsMs[i] ?? performance.now() - sent);
}

let victim: Socket;
let hostile: readonly HostilePeer[] = [];

answer({
  async attack({ port, traffic, peers }: Attack) {
    const { reel: make, framesPerWrite } = traffics[traffic]!;
    const reel = await make();
    victim = (await openRaw(port, true)).socket;
    hostile = Array.from({ length: peers }, () => new HostilePeer(port, reel, framesPerWrite));
  },

  async ping(ms: number): Promise<Attacked> {
    const roundTripsMs = await pingFor(victim, ms);
    return { roundTripsMs, ended: hostile.reduce((sum, peer) => sum + peer.ended, 0) };
  },
});
