// Sends messages in a run of a connection: whole, in parts, opened, dropped and prepared.

import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import type { Connection } from '../../../lib/connection/connection.ts';
import { Deflater } from '../../../lib/deflate/deflater.ts';
import type { OpenMessage } from '../../../lib/events/message-queue.ts';
import { hex } from '../../support/hex.ts';
import { bytes, weighted } from '../shapes/bytes.ts';
import type { LoggedMessage, PeerLog } from './peer-log.ts';

type DataType = 'text' | 'binary';

/** A part of a message. Its data are hex digits, which are sent as text or as their ASCII codes. */
interface Part {
  readonly digits: string;
  readonly last: boolean;
}

interface Opened {
  readonly message: OpenMessage;
  readonly logged: LoggedMessage;
}

/** Performs actions, and logs the accepted messages. */
export class OutgoingRun {
  readonly #connection: Connection;
  readonly #log: PeerLog;
  readonly #compressed: boolean;
  /** The incomplete message that is sent in parts without `openMessage`. */
  #unended: LoggedMessage | undefined;
  readonly #opened: Opened[] = [];

  constructor(connection: Connection, log: PeerLog, compressed: boolean) {
    this.#connection = connection;
    this.#log = log;
    this.#compressed = compressed;
  }

  send(type: DataType, part: Part): void {
    const accepted = this.#connection.open;
    const valid = !accepted || this.#unended === undefined || this.#unended.type === type;
    const { data, event } = eventOf(type, part);
    const outcome = this.#log.outcome();
    try {
      this.#connection.send(event, outcome);
    } catch (error) {
      assert.equal((error as Error).name, 'TypeError');
      assert.ok(!valid, 'a valid part was rejected');
      return;
    }
    assert.ok(valid, 'a part of another type was accepted');
    if (!accepted) return;
    const logged = this.#unended ?? this.#log.opened(type);
    this.#log.sent(logged, data, part.last, outcome);
    this.#unended = part.last ? undefined : logged;
  }

  open(type: DataType): void {
    const message = this.#connection.openMessage();
    if (this.#connection.open) this.#opened.push({ message, logged: this.#log.opened(type) });
  }

  sendOpened(which: number, part: Part): void {
    const chosen = this.#opened[which % this.#opened.length];
    if (chosen === undefined || chosen.logged.ended) return;
    const { data, event } = eventOf(chosen.logged.type, part);
    const accepted = this.#connection.open;
    const outcome = this.#log.outcome();
    this.#connection.send(event, outcome, chosen.message);
    if (accepted) this.#log.sent(chosen.logged, data, part.last, outcome);
  }

  drop(which: number): void {
    const chosen = this.#opened[which % this.#opened.length];
    if (chosen === undefined || !this.#connection.dropMessage(chosen.message, new Error('dropped'))) return;
    this.#log.dropped(chosen.logged);
    this.#opened.splice(this.#opened.indexOf(chosen), 1);
  }

  /** Sends a prepared message, compressed if the connection has compression. */
  sendPrepared(data: Uint8Array): void {
    const whole = { type: 'binary', first: true, last: true } as const;
    const outcome = this.#log.outcome();
    const accepted = this.#connection.open;
    if (this.#compressed && data.length > 0) {
      const payload = compressedApart(data);
      this.#connection.sendPrepared({ ...whole, compressed: true, payload, deflated: true }, outcome);
    } else this.#connection.sendPrepared({ ...whole, compressed: false, payload: data }, outcome);
    if (accepted) this.#log.sent(this.#log.opened('binary'), hex(data), true, outcome);
  }
}

function eventOf(type: DataType, { digits, last }: Part) {
  if (type === 'text') return { data: digits, event: { type, data: digits, last } };
  const data = new TextEncoder().encode(digits);
  return { data: hex(data), event: { type, data, last } };
}

function compressedApart(data: Uint8Array): Uint8Array {
  const deflater = new Deflater({ windowBits: 15, contextTakeover: false });
  deflater.write(data, true);
  const payload = deflater.read();
  assert.ok(payload !== undefined);
  return payload.slice();
}

export const types: fc.Arbitrary<DataType> = fc.constantFrom('text', 'binary');

export const parts: fc.Arbitrary<Part> = fc.record({
  digits: bytes(255).map(hex),
  last: weighted([2, fc.constant(true)], [1, fc.constant(false)]),
});
