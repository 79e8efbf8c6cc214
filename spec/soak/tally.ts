// Collects the records of all processes. Checks each connection as soon as client, server and proxy have reported it.

import { type ConnectionRecords, checkConnection } from './check-connection.ts';
import { type Fault, faultKinds } from './fault.ts';
import { planOf } from './plan.ts';
import type { ProcessRecord } from './records.ts';

/** The number of faults that are printed. Further faults are only counted. */
const maxPrinted = 50;

/** The records of a connection that have arrived so far. */
type Pending = { -readonly [From in keyof ConnectionRecords]?: ConnectionRecords[From] };

/** Counts connections, messages, bytes and faults. */
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

  /** @param print - prints a fault as soon as it is found */
  constructor(seed: number, print: (text: string) => void) {
    this.#seed = seed;
    this.#print = print;
    this.counts = Object.fromEntries(faultKinds.map(kind => [kind, 0])) as Record<Fault['kind'], number>;
  }

  get faults(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  add(record: ProcessRecord): void {
    const records = this.#pending.get(record.id) ?? {};
    Object.assign(records, { [record.from]: record });
    this.#pending.set(record.id, records);
    const { client, server, proxy } = records;
    if (client !== undefined && server !== undefined && proxy !== undefined) this.#close(record.id);
  }

  /** Checks the connections for which a record is missing. */
  finish(): void {
    for (const id of [...this.#pending.keys()]) this.#close(id);
  }

  report({ kind, text }: Fault): void {
    this.counts[kind] += 1;
    if (this.faults <= maxPrinted) this.#print(`${kind}: ${text}`);
  }

  #close(id: number): void {
    const { client, server, proxy } = this.#pending.get(id)!;
    this.#pending.delete(id);
    this.connections += 1;
    if (client === undefined) {
      return this.report({ kind: 'hang', text: `connection ${id}: the client did not report its end` });
    }
    for (const side of [client, server]) {
      this.messages += side?.received ?? 0;
      this.bytes += side?.bytesReceived ?? 0;
    }
    if (client.outcome === 'clean') this.clean += 1;
    else if (client.outcome === 'refused') this.refused += 1;
    else this.broken += 1;
    for (const fault of checkConnection(planOf(this.#seed, id), { client, server, proxy })) {
      this.report({ kind: fault.kind, text: `connection ${id}: ${fault.text}` });
    }
  }
}
