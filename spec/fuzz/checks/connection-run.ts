// A run of a connection with a peer, an application, a transport and a clock. Checks invariants after each action.

import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { Connection } from '../../../lib/connection/connection.ts';
import { Deflater } from '../../../lib/deflate/deflater.ts';
import { Inflater } from '../../../lib/deflate/inflater.ts';
import type { WebSocketEvent } from '../../../lib/events/event.ts';
import { seededKeys } from '../../../lib/testing/seeded-keys.ts';
import { hex } from '../../support/hex.ts';
import { type Action, callsOf } from '../shapes/action.ts';
import { bytes, sometimes } from '../shapes/bytes.ts';
import { type Hostile, hostileBytes } from '../shapes/frames.ts';
import { Printed } from '../shapes/printed.ts';
import { OutgoingRun, parts, types } from './outgoing-run.ts';
import { PeerLog } from './peer-log.ts';

/** The options of a connection. */
export interface ConnectionSetup {
  readonly role: 'server' | 'client';
  /** Default: no compression. */
  readonly compression: { readonly contextTakeover: boolean } | undefined;
  readonly maxFrameBytes: number | undefined;
  readonly maxMessageBytes: number | undefined;
  readonly deliver: 'messages' | 'parts';
  readonly pingIntervalMs: number | undefined;
  readonly frameTimeoutMs: number | undefined;
  readonly minBytesPerSecond: number | undefined;
  readonly writeTimeoutMs: number | undefined;
  readonly idleTimeoutMs: number | undefined;
  readonly maxControlFramesPerSecond: number | undefined;
}

const orDefault = (...values: readonly number[]) => fc.constantFrom(undefined, ...values);

export const connectionSetup: fc.Arbitrary<ConnectionSetup> = fc.record({
  role: fc.constantFrom('server', 'client'),
  compression: sometimes(50, fc.record({ contextTakeover: fc.boolean() })),
  maxFrameBytes: orDefault(4),
  maxMessageBytes: orDefault(40),
  deliver: fc.constantFrom('messages', 'parts'),
  pingIntervalMs: orDefault(5, Infinity),
  frameTimeoutMs: orDefault(7),
  minBytesPerSecond: orDefault(1000),
  writeTimeoutMs: orDefault(30),
  idleTimeoutMs: orDefault(50),
  maxControlFramesPerSecond: orDefault(3),
});

/** Performs actions on a connection. */
export class ConnectionRun {
  readonly connection: Connection;
  readonly outgoing: OutgoingRun;
  readonly #log: PeerLog;
  readonly #outcomes: number[] = [];
  #now = 0;
  #inputEnded = false;
  #closeEvent: WebSocketEvent | undefined;

  constructor({ compression, ...options }: ConnectionSetup) {
    const context = { windowBits: 15, contextTakeover: compression?.contextTakeover === true };
    const compressed = compression !== undefined;
    this.connection = new Connection({
      ...options,
      randomBytes: seededKeys(1),
      inflater: compressed ? new Inflater({ ...context, maxMessageBytes: 40 }) : undefined,
      compression: compressed
        ? { deflater: new Deflater(context), thresholdBytes: 20, contextTakeover: true }
        : undefined,
    });
    this.#log = new PeerLog(
      options.role,
      compressed ? new Inflater({ ...context, maxMessageBytes: 2 ** 20 }) : undefined,
    );
    this.outgoing = new OutgoingRun(this.connection, this.#log, compressed);
  }

  /** Whether every ping has exactly one outcome. */
  get settled(): boolean {
    return this.#outcomes.every(times => times === 1);
  }

  perform(action: (run: ConnectionRun) => void): void {
    action(this);
    this.#checkRecord();
    assert.ok(this.connection.queuedBytes >= 0, 'queuedBytes is negative');
  }

  pauseReading(): void {
    this.connection.pauseReading();
    this.#log.paused = true;
  }

  resumeReading(): void {
    this.connection.resumeReading();
  }

  block(blocked: boolean): void {
    if (blocked) this.connection.transportBlocked(this.#now);
    else this.connection.transportUnblocked(this.#now);
  }

  /** Only lets time pass, which must end the connection. */
  finish(): void {
    const connection = this.connection;
    this.transmit(Infinity);
    connection.resumeReading();
    for (let rounds = 0; rounds < 5 && !connection.over; rounds++) {
      if (connection.nextDeadline() === Infinity) {
        assert.ok(connection.open, 'a closing connection must have a deadline');
        connection.close();
      } else this.tick(Infinity);
      this.transmit(Infinity);
    }
    assert.ok(connection.over, 'time must end the connection');
    assert.ok(connection.outputEnded && !connection.open);
    assert.equal(connection.nextDeadline(), Infinity);
    assert.equal(connection.transmit(), undefined);
    assert.equal(connection.queuedBytes, 0);
    this.#checkRecord();
    this.#log.checkEnd(connection.record);
  }

  receive(hostile: Printed<Hostile>, readAtOnce: boolean): void {
    this.#drain();
    if (this.#inputEnded) return;
    this.connection.receive(hostile.value(this.#log.peer));
    if (readAtOnce) this.#drain();
  }

  #drain(): void {
    for (let event = this.#read(); event !== undefined || this.connection.busy; event = this.#read()) {
      if (event === undefined) continue;
      assert.equal(this.#closeEvent, undefined, 'an event after the Close');
      if (event.type === 'close') this.#closeEvent = event;
      if (event.type === 'ping') this.#log.pinged(hex(event.data));
    }
  }

  #read(): WebSocketEvent | undefined {
    const { failure } = this.connection;
    try {
      const event = this.connection.read();
      assert.equal(failure, undefined, 'an event after a failure');
      return event;
    } catch (error) {
      this.#checkFailure(error, failure);
      return undefined;
    }
  }

  endInput(): void {
    this.#drain();
    if (this.#inputEnded) return;
    this.#inputEnded = true;
    const { failure } = this.connection;
    try {
      this.connection.receiveEnd();
      assert.notEqual(this.#closeEvent, undefined, 'an end without a Close must throw');
    } catch (error) {
      this.#checkFailure(error, failure);
    }
  }

  #checkFailure(error: unknown, before: Error | undefined): void {
    if ((error as Error).name !== 'WebSocketError') throw error;
    assert.equal(this.connection.failure, error);
    if (before !== undefined) assert.equal(error, before, 'the same error must be thrown again');
    assert.ok(!this.connection.open);
  }

  transmit(times: number): void {
    for (let i = 0; i < times; i++) {
      const transmission = this.connection.transmit();
      if (transmission === undefined) return this.#log.drained(this.connection.open);
      this.#log.transmitted(transmission);
    }
  }

  ping(data: Uint8Array): void {
    const index = this.#outcomes.push(0) - 1;
    try {
      this.connection.ping(data, (roundTripMs, error) => {
        this.#outcomes[index] = (this.#outcomes[index] ?? 0) + 1;
        assert.ok(this.#outcomes[index] === 1, 'a ping has two outcomes');
        assert.ok(roundTripMs === undefined ? error !== undefined : roundTripMs >= 0 && error === undefined);
      });
    } catch (error) {
      assert.equal((error as Error).name, 'RangeError');
      assert.ok(data.length > 125);
      this.#outcomes[index] = 1;
    }
  }

  close(code: number | undefined, reason: string): void {
    this.#refusing(code, () => this.connection.close(code, reason));
  }

  closeNow(code: number | undefined): void {
    this.#refusing(code, () => this.connection.closeNow(code));
  }

  #refusing(code: number | undefined, step: () => void): void {
    try {
      step();
    } catch (error) {
      assert.ok((error as Error).name === 'RangeError' && (code === 1005 || code === 999));
      return;
    }
    assert.ok(!this.connection.open);
  }

  failTransport(error: Error | undefined): void {
    this.connection.transportFailed(error);
    assert.ok(this.connection.over);
  }

  /** Advances the time by `ms`, or to the deadline for Infinity. */
  tick(ms: number): void {
    const deadline = this.connection.nextDeadline();
    assert.ok(!Number.isNaN(deadline), 'the deadline is NaN');
    if (ms !== Infinity) this.#now += ms;
    else if (deadline !== Infinity) this.#now = Math.max(this.#now, deadline);
    this.connection.tick(this.#now);
    if (deadline === -Infinity)
      assert.ok(this.connection.over, 'a deadline in the past must end the connection');
    // The Close after a ping timeout may be sent until the next tick.
    const next = this.connection.nextDeadline();
    assert.ok(next > this.#now || next === -Infinity, 'the next deadline is in the past');
  }

  #checkRecord(): void {
    const { record, failure } = this.connection;
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
    if (failure !== undefined) assert.ok(!this.connection.open, 'a failed connection is open');
  }
}

const onConnection = callsOf<ConnectionRun>();
const onOutgoing = (action: fc.Arbitrary<Action<OutgoingRun>>) =>
  action.map(
    step =>
      new Printed(
        ({ outgoing }: ConnectionRun) => step.value(outgoing),
        () => String(step),
      ),
  );
const ofOutgoing = callsOf<OutgoingRun>();
const codes = fc.constantFrom(undefined, 1000, 1001, 1011, 3000, 4999, 1005, 999);
const which = fc.nat(20);

export const connectionActions: fc.Arbitrary<Action<ConnectionRun>> = fc.oneof(
  { weight: 8, arbitrary: onConnection('receive', hostileBytes, fc.boolean()) },
  { weight: 4, arbitrary: onConnection('transmit', fc.nat(3)) },
  { weight: 4, arbitrary: onOutgoing(ofOutgoing('send', types, parts)) },
  { weight: 4, arbitrary: onConnection('ping', bytes(130)) },
  onConnection('tick', fc.constantFrom(0, 1, 10, 5000, Infinity)),
  onConnection('close', codes, fc.constantFrom('', 'bye')),
  onConnection('closeNow', codes),
  onConnection('pauseReading'),
  onConnection('resumeReading'),
  onConnection('endInput'),
  onConnection('failTransport', fc.constantFrom(undefined, new Error('reset'))),
  onConnection('block', fc.boolean()),
  onOutgoing(ofOutgoing('open', types)),
  { weight: 2, arbitrary: onOutgoing(ofOutgoing('sendOpened', which, parts)) },
  onOutgoing(ofOutgoing('drop', which)),
  onOutgoing(ofOutgoing('sendPrepared', bytes(255))),
);
