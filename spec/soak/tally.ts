// Collects what the processes of a soak tell, and judges each connection as soon as both sides and the proxy have told.

import { type Fault, faultKinds } from './fault.ts';
import { judge, type Testimony } from './judge.ts';
import { planOf } from './plan.ts';
import type { ConnectionRecord } from './records.ts';

/** Faults that are printed; the others are counted. */
const maxTexts = 50;

/** Who has told. */
type Pending = { -readonly [From in keyof Testimony]?: Testimony[From] };

/** The connections of one soak. */
export class Tally {
  readonly counts: Record<Fault['kind'], number>;
  connections = 0;
  clean = 0;
  broken = 0;
  refused = 0;
  messages = 0;
  bytes = 0;
  readonly #seed: number;
  readonly #print: (text: string) => void;
  readonly #pending = new Map<number, Pending>();

  /** @param print - shows a fault as soon as it is known */
  constructor(seed: number, print: (text: string) => void) {
    this.#seed = seed;
    this.#print = print;
    this.counts = Object.fromEntries(faultKinds.map(kind => [kind, 0])) as Record<Fault['kind'], number>;
  }

  get faults(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  add(record: ConnectionRecord): void {
    const testimony = this.#pending.get(record.id) ?? {};
    Object.assign(testimony, { [record.from]: record });
    this.#pending.set(record.id, testimony);
    const { client, server, proxy } = testimony;
    if (client !== undefined && server !== undefined && proxy !== undefined) this.#close(record.id);
  }

  /** Judges the connections that not all have told of. */
  finish(): void {
    for (const id of [...this.#pending.keys()]) this.#close(id);
  }

  report({ kind, text }: Fault): void {
    this.counts[kind] += 1;
    if (this.faults <= maxTexts) this.#print(`${kind}: ${text}`);
  }

  #close(id: number): void {
    const { client, server, proxy } = this.#pending.get(id)!;
    this.#pending.delete(id);
    this.connections += 1;
    if (client === undefined) {
      return this.report({ kind: 'hang', text: `connection ${id}: the client has not told how it ended` });
    }
    for (const side of [client, server]) {
      this.messages += side?.received ?? 0;
      this.bytes += side?.bytesReceived ?? 0;
    }
    if (client.outcome === 'clean') this.clean += 1;
    else if (client.outcome === 'refused') this.refused += 1;
    else this.broken += 1;
    for (const fault of judge(planOf(this.#seed, id), { client, server, proxy })) {
      this.report({ kind: fault.kind, text: `connection ${id}: ${fault.text}` });
    }
  }
}
