// The peer's view of a connection: what it was sent, and what it should have been.

import { strict as assert } from 'node:assert';
import type { Role } from '../../../lib/base/choice.ts';
import type { CloseRecord } from '../../../lib/connection/close-record.ts';
import type { Transmission } from '../../../lib/connection/outbox.ts';
import type { MessageInflater } from '../../../lib/deflate/codec.ts';
import { concatenated } from '../../../lib/testing/rechunk.ts';
import { hex, type Inflate, referenceDecode, type Said } from '../../support/reference-decoder.ts';

/** Collects octets; the laws are checked at the end. */
export class PeerLog {
  /** Who the peer is. */
  readonly peer: Role;
  readonly #inflate: Inflate | undefined;
  readonly #chunks: Uint8Array[] = [];
  readonly #messages: Said[] = [];
  readonly #pings: string[] = [];
  #unfinished = '';
  #events = 0;
  #completed = 0;

  constructor(role: Role, inflater: MessageInflater | undefined) {
    this.peer = role === 'client' ? 'server' : 'client';
    this.#inflate = inflater && inflateWith(inflater);
  }

  /** A part of a message was accepted, text in hexadecimal digits either way. */
  sent(type: 'text' | 'binary', data: string, last: boolean): void {
    this.#events += 1;
    this.#unfinished += data;
    if (!last) return;
    const octets = type === 'text' ? this.#unfinished : hex(new TextEncoder().encode(this.#unfinished));
    this.#messages.push([type, octets]);
    this.#unfinished = '';
  }

  pinged(data: string): void {
    this.#pings.push(data);
  }

  transmitted({ bytes, onSent }: Transmission): void {
    this.#chunks.push(bytes.slice());
    this.#completed += onSent.length;
    assert.ok(this.#completed <= this.#events, 'more messages have left than were sent');
  }

  /** Nothing waits: on an open connection everything has left. */
  drained(open: boolean): void {
    if (open) assert.equal(this.#completed, this.#events, 'messages that have left');
  }

  checkEnd(record: CloseRecord): void {
    const { said, end } = referenceDecode(concatenated(this.#chunks), {
      role: this.peer,
      inflate: this.#inflate,
    });
    assert.ok(end === 0 || end === 1006, `we broke the law: ${end}`);
    const messages = said.filter(([type]) => type === 'text' || type === 'binary');
    assert.deepEqual(messages, this.#messages.slice(0, messages.length), 'other messages');
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
      at = this.#pings.indexOf(pong, at) + 1;
      assert.notEqual(at, 0, 'a pong without its ping');
    }
  }
}

function inflateWith(inflater: MessageInflater): Inflate {
  return (payload, last) => {
    const pieces: Uint8Array[] = [];
    inflater.write(payload, last);
    for (let piece = inflater.read(); piece !== undefined; piece = inflater.read())
      pieces.push(piece.slice());
    return concatenated(pieces);
  };
}
