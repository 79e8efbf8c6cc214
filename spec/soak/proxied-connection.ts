// Forwards the bytes of one connection through the proxy, each direction independently, and breaks it as planned.

import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../support/random.ts';
import { type Break, type Direction, type Plan, randomFor } from './plan.ts';

/** The maximum length of a chunk that is forwarded byte by byte, if the plan allows enough pieces. */
const maxBytewise = 64;

/** A client's connection to the proxy, and the proxy's connection to the server for it. */
export class ProxiedConnection {
  readonly #plan: Plan;
  readonly #client: Socket;
  readonly #server: Socket;
  #broke: Break['type'] | undefined;

  constructor(plan: Plan, client: Socket, server: Socket) {
    this.#plan = plan;
    this.#client = client;
    this.#server = server;
    server.on('error', () => {});
  }

  /** Runs until both sockets are closed. Returns the type of the break, if the planned one was reached. */
  async run(): Promise<Break['type'] | undefined> {
    const closed = Promise.all([isClosed(this.#client), isClosed(this.#server)]);
    void this.#forward('up', this.#client, this.#server);
    void this.#forward('down', this.#server, this.#client);
    await closed;
    return this.#broke;
  }

  async #forward(direction: Direction, from: Socket, to: Socket): Promise<void> {
    try {
      await this.#forwardAll(direction, from, to);
    } catch {
      // Forwards a reset as a reset.
      if (this.#broke === undefined) reset(to);
      from.destroy();
    }
  }

  async #forwardAll(direction: Direction, from: Socket, to: Socket): Promise<void> {
    const { stallChance, stallMs, delayMs, pieces } = this.#plan[direction];
    const random = randomFor(this.#plan.seed, this.#plan.id, direction === 'up' ? 7 : 8);
    let left = this.#bytesUntilBreak(direction);
    for await (const chunk of from.iterator({ destroyOnReturn: false })) {
      if (this.#broke !== undefined) continue;
      if (random.next() < stallChance) await sleep(random.below(stallMs));
      for (const piece of split(chunk, pieces, random)) {
        if (delayMs > 0) await sleep(random.below(1 + delayMs));
        const forwarded = piece.subarray(0, left);
        left -= forwarded.length;
        if (this.#broke === undefined) await write(to, forwarded);
        if (left === 0) this.#break();
      }
    }
    if (this.#broke === undefined) to.end();
    else if (this.#broke === 'silence') from.destroy();
  }

  #bytesUntilBreak(direction: Direction): number {
    const planned = this.#plan.break;
    return planned?.direction === direction ? planned.afterBytes + 1 : Infinity;
  }

  #break(): void {
    this.#broke ??= this.#plan.break!.type;
    for (const socket of [this.#client, this.#server]) {
      if (this.#broke === 'reset') reset(socket);
      else if (this.#broke === 'fin') socket.end();
      // Its end is not forwarded, so the peer's end will not come.
      else if (socket.readableEnded) socket.destroy();
    }
  }
}

function reset(socket: Socket): void {
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}

function isClosed(socket: Socket): Promise<void> {
  return new Promise(resolve => (socket.closed ? resolve() : socket.once('close', () => resolve())));
}

/** Writes to the socket, and waits until it accepts more. */
async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (!socket.destroyed && socket.write(bytes)) return;
  await new Promise<void>(resolve => {
    const settle = () => {
      socket.off('drain', settle).off('close', settle);
      resolve();
    };
    if (socket.destroyed) resolve();
    else socket.on('drain', settle).on('close', settle);
  });
  if (socket.destroyed) throw new Error('the socket was destroyed before it had sent everything');
}

/** Splits a chunk into at most `pieces` pieces, but a short chunk into single bytes if `pieces` is 16 or more. */
function* split(chunk: Buffer, pieces: number, random: Random): Generator<Buffer> {
  if (pieces >= 16 && chunk.length <= maxBytewise) {
    for (let i = 0; i < chunk.length; i++) yield chunk.subarray(i, i + 1);
    return;
  }
  const cuts = Array.from({ length: random.below(pieces) }, () => random.below(chunk.length)).sort(
    (a, b) => a - b,
  );
  for (const [i, end] of [...cuts, chunk.length].entries()) {
    const piece = chunk.subarray(cuts[i - 1] ?? 0, end);
    if (piece.length > 0) yield piece;
  }
}
