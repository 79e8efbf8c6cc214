// One course of a connection, and the laws that hold throughout and at its end.

import { strict as assert } from 'node:assert';
import { Connection } from '../../../lib/connection/connection.ts';
import { Deflater } from '../../../lib/deflate/deflater.ts';
import { Inflater } from '../../../lib/deflate/inflater.ts';
import type { WebSocketEvent } from '../../../lib/events/event.ts';
import { seededKeys } from '../../../lib/testing/seeded-keys.ts';
import { hex } from '../../support/reference-decoder.ts';
import { chosenOctets } from '../shapes/frame-octets.ts';
import { Choices } from './choices.ts';
import { OutgoingRun } from './outgoing-run.ts';
import { PeerLog } from './peer-log.ts';

const codes = [undefined, 1000, 1001, 1011, 3000, 4999, 1005, 999];

/** Driven by the octets of an input. */
export class ConnectionRun {
  readonly #choices: Choices;
  readonly #outgoing: OutgoingRun;
  readonly #connection: Connection;
  readonly #log: PeerLog;
  readonly #outcomes: number[] = [];
  #now = 0;
  #inputEnded = false;
  #closeEvent: WebSocketEvent | undefined;

  constructor(input: Uint8Array) {
    const choices = new Choices(input);
    const role = choices.pick(['server', 'client'] as const);
    const compressed = choices.yes();
    const context = { windowBits: 15, contextTakeover: choices.yes() };
    this.#choices = choices;
    this.#connection = new Connection({
      role,
      randomBytes: seededKeys(1),
      maxFrameBytes: choices.pick([undefined, 4]),
      maxMessageBytes: choices.pick([undefined, 40]),
      deliver: choices.pick(['messages', 'parts']),
      pingIntervalMs: choices.pick([undefined, 5, Infinity]),
      frameTimeoutMs: choices.pick([undefined, 7]),
      minBytesPerSecond: choices.pick([undefined, 1000]),
      writeTimeoutMs: choices.pick([undefined, 30]),
      idleTimeoutMs: choices.pick([undefined, 50]),
      maxControlFramesPerSecond: choices.pick([undefined, 3]),
      inflater: compressed ? new Inflater({ ...context, maxMessageBytes: 40 }) : undefined,
      compression: compressed
        ? { deflater: new Deflater(context), thresholdBytes: 20, contextTakeover: true }
        : undefined,
    });
    this.#log = new PeerLog(
      role,
      compressed ? new Inflater({ ...context, maxMessageBytes: 2 ** 20 }) : undefined,
    );
    this.#outgoing = new OutgoingRun(choices, this.#connection, this.#log, compressed);
  }

  get ended(): boolean {
    return this.#choices.ended;
  }

  /** Whether every ping has had its outcome. */
  get settled(): boolean {
    return this.#outcomes.every(times => times === 1);
  }

  /** Something happens. */
  step(): void {
    const choices = this.#choices;
    const steps: readonly (() => void)[] = [
      () => this.#receive(chosenOctets(choices, this.#log.peer)),
      () => this.#receive(chosenOctets(choices, this.#log.peer)),
      () => this.#transmit(choices.below(4)),
      () => this.#outgoing.send(),
      () => this.#ping(),
      () => this.#tick(choices.pick([0, 1, 10, 5000, Infinity])),
      () => this.#close(),
      () => this.#closeNow(),
      () => this.#pauseOrResume(choices.yes()),
      () => this.#endInput(),
      () => this.#failTransport(),
      () => this.#outgoing.open(),
      () => this.#outgoing.sendOpened(),
      () => this.#outgoing.sendOpened(),
      () => this.#outgoing.drop(),
      () => this.#outgoing.sendPrepared(),
      () => this.#connection.transportBlocked(this.#now),
      () => this.#connection.transportUnblocked(this.#now),
    ];
    const at = choices.below(32);
    (steps[at] ?? steps[at % 5]!)();
    this.#checkRecord();
    assert.ok(this.#connection.queuedBytes >= 0, 'fewer octets wait than none');
  }

  /** Nobody does anything any more: time alone must bring the connection to its end. */
  finish(): void {
    const connection = this.#connection;
    this.#transmit(Infinity);
    connection.resumeReading();
    for (let rounds = 0; rounds < 5 && !connection.over; rounds++) {
      if (connection.nextDeadline() === Infinity) {
        assert.ok(connection.open, 'a closing without a deadline');
        connection.close();
      } else this.#tick(Infinity);
      this.#transmit(Infinity);
    }
    assert.ok(connection.over, 'time does not end it');
    assert.ok(connection.outputEnded && !connection.open);
    assert.equal(connection.nextDeadline(), Infinity);
    assert.equal(connection.transmit(), undefined);
    assert.equal(connection.queuedBytes, 0);
    this.#checkRecord();
    this.#log.checkEnd(connection.record);
  }

  #receive(chunk: Uint8Array): void {
    this.#drain();
    if (this.#inputEnded) return;
    this.#connection.receive(chunk);
    if (this.#choices.yes()) this.#drain();
  }

  #drain(): void {
    for (let event = this.#read(); event !== undefined || this.#connection.busy; event = this.#read()) {
      if (event === undefined) continue;
      assert.equal(this.#closeEvent, undefined, 'an event behind the Close');
      if (event.type === 'close') this.#closeEvent = event;
      if (event.type === 'ping') this.#log.pinged(hex(event.data));
    }
  }

  #read(): WebSocketEvent | undefined {
    const { failure } = this.#connection;
    try {
      const event = this.#connection.read();
      assert.equal(failure, undefined, 'an event behind a failure');
      return event;
    } catch (error) {
      this.#checkFailure(error, failure);
      return undefined;
    }
  }

  #endInput(): void {
    this.#drain();
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    const { failure } = this.#connection;
    try {
      this.#connection.receiveEnd();
      assert.notEqual(this.#closeEvent, undefined, 'an end without a Close');
    } catch (error) {
      this.#checkFailure(error, failure);
    }
  }

  #checkFailure(error: unknown, before: Error | undefined): void {
    if ((error as Error).name !== 'WebSocketError') throw error;
    assert.equal(this.#connection.failure, error);
    if (before !== undefined) assert.equal(error, before, 'not the same error again');
    assert.ok(!this.#connection.open);
  }

  #transmit(times: number): void {
    for (let i = 0; i < times; i++) {
      const transmission = this.#connection.transmit();
      if (transmission === undefined) return this.#log.drained(this.#connection.open);
      this.#log.transmitted(transmission);
    }
  }

  #ping(): void {
    const data = this.#choices.octets();
    const index = this.#outcomes.push(0) - 1;
    try {
      this.#connection.ping(data, (roundTripMs, error) => {
        this.#outcomes[index]! += 1;
        assert.ok(this.#outcomes[index] === 1, 'an outcome twice');
        assert.ok(roundTripMs === undefined ? error !== undefined : roundTripMs >= 0 && error === undefined);
      });
    } catch (error) {
      assert.equal((error as Error).name, 'RangeError');
      assert.ok(data.length > 125);
      this.#outcomes[index] = 1;
    }
  }

  #pauseOrResume(pause: boolean): void {
    if (pause) this.#connection.pauseReading();
    else this.#connection.resumeReading();
  }

  #close(): void {
    const code = this.#choices.pick(codes);
    this.#refusing(code, () => this.#connection.close(code, this.#choices.pick(['', 'bye'])));
  }

  #closeNow(): void {
    const code = this.#choices.pick(codes);
    this.#refusing(code, () => this.#connection.closeNow(code));
  }

  #refusing(code: number | undefined, step: () => void): void {
    try {
      step();
    } catch (error) {
      assert.ok((error as Error).name === 'RangeError' && (code === 1005 || code === 999));
      return;
    }
    assert.ok(!this.#connection.open);
  }

  #failTransport(): void {
    this.#connection.transportFailed(this.#choices.pick([undefined, new Error('reset')]));
    assert.ok(this.#connection.over);
  }

  /** Infinity: to the deadline. */
  #tick(ms: number): void {
    const deadline = this.#connection.nextDeadline();
    assert.ok(!Number.isNaN(deadline), 'a deadline that is no number');
    if (ms !== Infinity) this.#now += ms;
    else if (deadline !== Infinity) this.#now = Math.max(this.#now, deadline);
    this.#connection.tick(this.#now);
    if (deadline === -Infinity) assert.ok(this.#connection.over, 'a peer that was given up is waited for');
    // The Close after a ping timeout may leave until the next tick.
    const next = this.#connection.nextDeadline();
    assert.ok(next > this.#now || next === -Infinity, 'what is due is not done');
  }

  #checkRecord(): void {
    const { record, failure } = this.#connection;
    const close = this.#closeEvent;
    if (close?.type === 'close')
      assert.deepEqual(record.received, { closeCode: close.closeCode, reason: close.reason });
    else assert.equal(record.received, undefined);
    assert.equal(
      record.wasClean,
      failure === undefined && record.sent !== undefined && record.received !== undefined,
    );
    if (record.sent !== undefined || record.received !== undefined)
      assert.notEqual(record.initiator, undefined);
    if (failure !== undefined) assert.ok(!this.#connection.open, 'open and failed');
  }
}
