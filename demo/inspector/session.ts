// One connection between a client and the echo server: sends messages, counts the echoes, and measures.

import type { Ending } from './links/ending.ts';
import type { Direction, Link, LinkObserver, Outgoing } from './links/link.ts';
import { type Progress, Run, type RunOptions } from './play/sender.ts';
import type { WireChunk } from './wire/items.ts';

/** The result of a run. */
export interface Result {
  readonly messages: number;
  readonly bytes: number;
  /** The time from the first message to the last echo. */
  readonly ms: number;
  /** The largest size of the client's queue. */
  readonly maxQueueBytes: number;
}

export type OpenLink = (observer: LinkObserver) => Promise<Link>;

export class Session {
  readonly link: Link;
  readonly ended: Promise<Ending>;
  readonly #echoes: Echoes;
  #run: Run | undefined;

  private constructor(link: Link, echoes: Echoes) {
    this.link = link;
    this.#echoes = echoes;
    this.ended = link.ended;
  }

  static async open(
    openLink: OpenLink,
    onChunk: (direction: Direction, chunk: WireChunk) => void,
  ): Promise<Session> {
    const echoes = new Echoes();
    return new Session(await openLink({ onChunk, onEcho: () => echoes.arrive() }), echoes);
  }

  /** The number of messages that have come back. */
  get echoes(): number {
    return this.#echoes.count;
  }

  /** The progress of the last run. */
  get progress(): Progress | undefined {
    return this.#run?.progress;
  }

  stopRun(): void {
    this.#run?.stop();
  }

  /** Sends messages and waits for their echoes. Resolves with `undefined` if the run was stopped or the connection has ended. */
  async transmit(message: Outgoing, options: RunOptions): Promise<Result | undefined> {
    this.stopRun();
    const run = new Run(this.link, options);
    this.#run = run;
    const start = performance.now();
    const last = this.#echoes.expect(options.count);
    const queue = new HighWater(() => this.link.gauge().queueBytes);
    await run.send(message, () => queue.look());
    const complete = run.progress.sent === options.count && (await Promise.race([last, this.ended])) === true;
    if (!complete || this.#run !== run) return undefined;
    const bytes = options.count * (typeof message === 'string' ? message.length : message.byteLength);
    return { messages: options.count, bytes, ms: performance.now() - start, maxQueueBytes: queue.max };
  }

  /** Ends the connection at once. */
  async drop(): Promise<void> {
    this.stopRun();
    this.link.terminate();
    await this.ended;
  }
}

/** Counts the echoes. */
class Echoes {
  #count = 0;
  #expected = 0;
  #resolve = (_: true): void => {};

  get count(): number {
    return this.#count;
  }

  /** Resolves with true when `count` more echoes have arrived. */
  expect(count: number): Promise<true> {
    this.#expected = this.#count + count;
    return new Promise(resolve => {
      this.#resolve = resolve;
    });
  }

  arrive(): void {
    this.#count += 1;
    if (this.#count === this.#expected) this.#resolve(true);
  }
}

/** Remembers the largest value seen. */
class HighWater {
  readonly #value: () => number;
  #max = 0;

  constructor(value: () => number) {
    this.#value = value;
  }

  get max(): number {
    return this.#max;
  }

  look(): void {
    this.#max = Math.max(this.#max, this.#value());
  }
}
