// The bytes that a connection has sent to its peer, and the messages that they must contain.

import { strict as assert } from 'node:assert';
import type { Role } from '../../../lib/base/role.ts';
import type { CloseRecord } from '../../../lib/connection/close-record.ts';
import type { MessageInflater } from '../../../lib/deflate/codec.ts';
import type { Completion, Transmission } from '../../../lib/events/transmission.ts';
import { concatenated } from '../../../lib/testing/rechunk.ts';
import { inflateWith } from '../../support/inflate-with.ts';
import { type Inflate, referenceDecode, type TranscriptEvent } from '../../support/reference-decoder.ts';

/** An accepted message. Binary data are hex digits. */
export interface LoggedMessage {
  readonly type: 'text' | 'binary';
  data: string;
  parts: number;
  ended: boolean;
}

/** The outcome of an accepted part, which must be reported once. */
class Outcome implements Completion {
  reported: 'none' | 'sent' | 'lost' = 'none';

  sent(): void {
    this.#report('sent');
  }

  lost(): void {
    this.#report('lost');
  }

  #report(outcome: 'sent' | 'lost'): void {
    assert.equal(this.reported, 'none', `an outcome was reported twice, the second time as ${outcome}`);
    this.reported = outcome;
  }
}

/** Collects bytes, and checks them at the end. */
export class PeerLog {
  /** The peer's role. */
  readonly peer: Role;
  readonly #inflate: Inflate | undefined;
  readonly #chunks: Uint8Array[] = [];
  /** Whether reading has been paused, so that the connection may send unsolicited empty pongs. */
  paused = false;
  #messages: LoggedMessage[] = [];
  readonly #pings: string[] = [];
  readonly #outcomes: Outcome[] = [];

  constructor(role: Role, inflater: MessageInflater | undefined) {
    this.peer = role === 'client' ? 'server' : 'client';
    this.#inflate = inflater && inflateWith(inflater);
  }

  /** Adds a message without parts. */
  opened(type: 'text' | 'binary'): LoggedMessage {
    const message = { type, data: '', parts: 0, ended: false };
    this.#messages.push(message);
    return message;
  }

  /** Returns the outcome of a part, before it is accepted. */
  outcome(): Outcome {
    return new Outcome();
  }

  /** Logs an accepted part of a message. */
  sent(message: LoggedMessage, data: string, last: boolean, outcome: Outcome): void {
    this.#outcomes.push(outcome);
    message.parts += 1;
    message.data += data;
    message.ended = last;
  }

  /** Removes a message of which nothing was sent. */
  dropped(message: LoggedMessage): void {
    this.#messages = this.#messages.filter(other => other !== message);
  }

  pinged(data: string): void {
    this.#pings.push(data);
  }

  transmitted(transmission: Transmission): void {
    this.#chunks.push(transmission.bytes.slice());
    transmission.sent();
    assert.ok(this.#completed <= sum(this.#messages), 'more parts were transmitted than accepted');
  }

  get #completed(): number {
    return this.#outcomes.filter(({ reported }) => reported === 'sent').length;
  }

  /** Checks, if the connection has nothing to transmit, that all parts up to the first incomplete message were sent. */
  drained(open: boolean): void {
    if (!open) return;
    const unended = this.#messages.findIndex(message => !message.ended);
    const free = unended === -1 ? this.#messages : this.#messages.slice(0, unended + 1);
    assert.equal(this.#completed, sum(free), 'sent parts');
  }

  checkEnd(record: CloseRecord): void {
    const open = this.#outcomes.filter(({ reported }) => reported === 'none');
    assert.equal(open.length, 0, 'a part has no outcome');
    const { events, end } = referenceDecode(concatenated(this.#chunks), {
      role: this.peer,
      inflate: this.#inflate,
    });
    assert.ok(end === 0 || end === 1006, `the connection violated the protocol: ${end}`);
    const messages = events.filter(([type]) => type === 'text' || type === 'binary');
    const ended = this.#messages
      .filter(({ ended }) => ended)
      .map(({ type, data }): TranscriptEvent => [type, data]);
    assert.deepEqual(
      messages,
      ended.slice(0, messages.length),
      'the sent messages must be the accepted ones',
    );
    const closes = events
      .filter(one => one[0] === 'close')
      .map(([, closeCode, reason]) => ({ closeCode, reason }));
    assert.deepEqual(
      closes,
      record.sent === undefined ? [] : [record.sent],
      'the sent Close must be that of the record',
    );
    this.#checkPongs(events.filter(([type]) => type === 'pong').map(([, data]) => String(data)));
  }

  /** Checks that pongs answer pings in order. Pongs to earlier pings may be left out (§5.5.3). */
  #checkPongs(pongs: readonly string[]): void {
    let at = 0;
    for (const pong of pongs) {
      if (this.paused && pong === '') continue;
      at = this.#pings.indexOf(pong, at) + 1;
      assert.notEqual(at, 0, 'a pong without a ping');
    }
  }
}

function sum(messages: readonly LoggedMessage[]): number {
  return messages.reduce((parts, message) => parts + message.parts, 0);
}
