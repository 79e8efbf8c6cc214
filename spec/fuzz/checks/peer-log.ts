// The peer's view of a connection: the bytes it was sent, and the messages they should hold.

import { strict as assert } from 'node:assert';
import type { Role } from '../../../lib/base/role.ts';
import type { CloseRecord } from '../../../lib/connection/close-record.ts';
import type { MessageInflater } from '../../../lib/deflate/codec.ts';
import type { Completion, Transmission } from '../../../lib/events/transmission.ts';
import { concatenated } from '../../../lib/testing/rechunk.ts';
import { inflateWith } from '../../support/inflate-with.ts';
import { type Inflate, referenceDecode, type Said } from '../../support/reference-decoder.ts';

/** An accepted message, bytes as hex digits. Messages keep their order. */
export interface LoggedMessage {
  readonly type: 'text' | 'binary';
  data: string;
  parts: number;
  ended: boolean;
}

/** The outcome of an accepted part, which is reported once. */
class Outcome implements Completion {
  reported: 'nothing' | 'sent' | 'lost' = 'nothing';

  sent(): void {
    this.#report('sent');
  }

  lost(): void {
    this.#report('lost');
  }

  #report(outcome: 'sent' | 'lost'): void {
    assert.equal(this.reported, 'nothing', `reported twice, ${outcome} the second time`);
    this.reported = outcome;
  }
}

/** Collects bytes, and checks them at the end. */
export class PeerLog {
  /** The peer's role. */
  readonly peer: Role;
  readonly #inflate: Inflate | undefined;
  readonly #chunks: Uint8Array[] = [];
  /** Whether reading has been paused: then the connection may send empty pongs that answer nothing. */
  paused = false;
  #messages: LoggedMessage[] = [];
  readonly #pings: string[] = [];
  readonly #outcomes: Outcome[] = [];

  constructor(role: Role, inflater: MessageInflater | undefined) {
    this.peer = role === 'client' ? 'server' : 'client';
    this.#inflate = inflater && inflateWith(inflater);
  }

  /** Adds a message, without a part yet. */
  opened(type: 'text' | 'binary'): LoggedMessage {
    const message = { type, data: '', parts: 0, ended: false };
    this.#messages.push(message);
    return message;
  }

  /** Makes the outcome of a part that may be accepted. */
  outcome(): Outcome {
    return new Outcome();
  }

  /** Notes that a part of a message was accepted. */
  sent(message: LoggedMessage, data: string, last: boolean, outcome: Outcome): void {
    this.#outcomes.push(outcome);
    message.parts += 1;
    message.data += data;
    message.ended = last;
  }

  /** Forgets a message of which nothing has left. */
  dropped(message: LoggedMessage): void {
    this.#messages = this.#messages.filter(one => one !== message);
  }

  pinged(data: string): void {
    this.#pings.push(data);
  }

  transmitted(transmission: Transmission): void {
    this.#chunks.push(transmission.bytes.slice());
    transmission.sent();
    assert.ok(this.#completed <= sum(this.#messages), 'more has left than was sent');
  }

  get #completed(): number {
    return this.#outcomes.filter(({ reported }) => reported === 'sent').length;
  }

  /** Checks, when nothing can leave now, that everything has left up to a message that has not ended. */
  drained(open: boolean): void {
    if (!open) return;
    const unended = this.#messages.findIndex(message => !message.ended);
    const free = unended === -1 ? this.#messages : this.#messages.slice(0, unended + 1);
    assert.equal(this.#completed, sum(free), 'parts that have left');
  }

  checkEnd(record: CloseRecord): void {
    const open = this.#outcomes.filter(({ reported }) => reported === 'nothing');
    assert.equal(open.length, 0, 'parts without an outcome');
    const { said, end } = referenceDecode(concatenated(this.#chunks), {
      role: this.peer,
      inflate: this.#inflate,
    });
    assert.ok(end === 0 || end === 1006, `the connection broke the protocol: ${end}`);
    const messages = said.filter(([type]) => type === 'text' || type === 'binary');
    const ended = this.#messages.filter(({ ended }) => ended).map(({ type, data }): Said => [type, data]);
    assert.deepEqual(messages, ended.slice(0, messages.length), 'other messages');
    const closes = said
      .filter(one => one[0] === 'close')
      .map(([, closeCode, reason]) => ({ closeCode, reason }));
    assert.deepEqual(closes, record.sent === undefined ? [] : [record.sent], 'not the Close of the record');
    this.#checkPongs(said.filter(([type]) => type === 'pong').map(([, data]) => String(data)));
  }

  /** "If an endpoint receives a Ping frame and has not yet sent Pong frame(s) …" (§5.5.3): in order, some left out. */
  #checkPongs(pongs: readonly string[]): void {
    let at = 0;
    for (const pong of pongs) {
      if (this.paused && pong === '') continue;
      at = this.#pings.indexOf(pong, at) + 1;
      assert.notEqual(at, 0, 'a pong without its ping');
    }
  }
}

function sum(messages: readonly LoggedMessage[]): number {
  return messages.reduce((parts, message) => parts + message.parts, 0);
}
