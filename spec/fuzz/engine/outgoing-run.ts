// What an application sends on a connection in one course of it: messages whole, in parts, opened, dropped, prepared.

import { strict as assert } from 'node:assert';
import type { Connection } from '../../../lib/connection/connection.ts';
import { Deflater } from '../../../lib/deflate/deflater.ts';
import type { OpenMessage } from '../../../lib/events/message-queue.ts';
import { hex } from '../../support/reference-decoder.ts';
import type { Choices } from './choices.ts';
import type { LoggedMessage, PeerLog } from './peer-log.ts';

/** Driven by choices; the log learns what was accepted. */
export class OutgoingRun {
  readonly #choices: Choices;
  readonly #connection: Connection;
  readonly #log: PeerLog;
  readonly #compressed: boolean;
  /** The message that is sent in parts, of those that are sent without being opened. */
  #unended: LoggedMessage | undefined;
  readonly #opened: { readonly message: OpenMessage; readonly logged: LoggedMessage }[] = [];

  constructor(choices: Choices, connection: Connection, log: PeerLog, compressed: boolean) {
    this.#choices = choices;
    this.#connection = connection;
    this.#log = log;
    this.#compressed = compressed;
  }

  send(): void {
    const type = this.#choices.pick(['text', 'binary'] as const);
    const taken = this.#connection.open;
    const lawful = !taken || this.#unended === undefined || this.#unended.type === type;
    const part = this.#chosenPart(type);
    const outcome = this.#log.outcome();
    try {
      this.#connection.send(part.event, outcome);
    } catch (error) {
      assert.equal((error as Error).name, 'TypeError');
      assert.ok(!lawful, 'refused against the law');
      return;
    }
    assert.ok(lawful, 'taken against the law');
    if (!taken) return;
    const logged = this.#unended ?? this.#log.opened(type);
    this.#log.sent(logged, part.data, part.event.last, outcome);
    this.#unended = part.event.last ? undefined : logged;
  }

  #chosenPart(type: 'text' | 'binary') {
    const data = hex(this.#choices.octets());
    const last = this.#choices.below(3) > 0;
    const octets = new TextEncoder().encode(data);
    if (type === 'text') return { data, event: { type, data, last } };
    return { data: hex(octets), event: { type, data: octets, last } };
  }

  open(): void {
    const type = this.#choices.pick(['text', 'binary'] as const);
    const message = this.#connection.openMessage();
    if (this.#connection.open) this.#opened.push({ message, logged: this.#log.opened(type) });
  }

  sendOpened(): void {
    const chosen = this.#chosenMessage();
    if (chosen === undefined || chosen.logged.ended) return;
    const { data, event } = this.#chosenPart(chosen.logged.type);
    const taken = this.#connection.open;
    const outcome = this.#log.outcome();
    this.#connection.send(event, outcome, chosen.message);
    if (taken) this.#log.sent(chosen.logged, data, event.last, outcome);
  }

  drop(): void {
    const chosen = this.#chosenMessage();
    if (chosen === undefined || !this.#connection.dropMessage(chosen.message, new Error('dropped'))) return;
    this.#log.dropped(chosen.logged);
    this.#opened.splice(this.#opened.indexOf(chosen), 1);
  }

  #chosenMessage() {
    return this.#opened.length === 0 ? undefined : this.#choices.pick(this.#opened);
  }

  /** A message that was compressed apart, where the connection compresses. */
  sendPrepared(): void {
    const octets = this.#choices.octets();
    const whole = { type: 'binary', first: true, last: true } as const;
    const outcome = this.#log.outcome();
    const taken = this.#connection.open;
    if (this.#compressed && octets.length > 0) {
      const deflater = new Deflater({ windowBits: 15, contextTakeover: false });
      deflater.write(octets, true);
      const payload = deflater.read()!.slice();
      this.#connection.sendPrepared({ ...whole, compressed: true, payload, deflated: true }, outcome);
    } else this.#connection.sendPrepared({ ...whole, compressed: false, payload: octets }, outcome);
    if (taken) this.#log.sent(this.#log.opened('binary'), hex(octets), true, outcome);
  }
}
