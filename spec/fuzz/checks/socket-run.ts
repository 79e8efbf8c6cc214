// A run of a socket with a peer, an application and a clock. Checks invariants at its end.

import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { HeaderFields } from '../../../lib/handshake/header-fields.ts';
import type { CloseInfo } from '../../../lib/sockets/close-info.ts';
import { OpenWebSocket } from '../../../lib/sockets/open-websocket.ts';
import { socketConnection } from '../../../lib/sockets/socket-options.ts';
import { nextTask } from '../../../lib/streams/next-task.ts';
import { duplexPair, type TestDuplex } from '../../../lib/testing/duplex-pair.ts';
import { concatenated } from '../../../lib/testing/rechunk.ts';
import { seededKeys } from '../../../lib/testing/seeded-keys.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { referenceDecode } from '../../support/reference-decoder.ts';
import { settledSocket } from '../../support/settled.ts';
import { type Action, callsOf } from '../shapes/action.ts';
import { bytes } from '../shapes/bytes.ts';
import { type Hostile, hostileBytes } from '../shapes/frames.ts';
import type { Printed } from '../shapes/printed.ts';

const head = {
  type: 'request',
  method: 'GET',
  target: '/',
  version: '1.1',
  headers: new HeaderFields(),
} as const;
const answer = {
  type: 'response',
  status: 101,
  reason: '',
  version: '1.1',
  headers: new HeaderFields(),
} as const;
const opening = {
  protocol: '',
  extensions: '',
  compression: undefined,
  deflating: undefined,
  request: head,
  response: answer,
};

export interface SocketSetup {
  readonly role: 'server' | 'client';
  /** The bytes that the wire buffers before a write blocks. */
  readonly capacityBytes: number;
  readonly pingIntervalMs: number;
  /** The bytes that arrived with the peer's head. */
  readonly rest: Uint8Array;
}

export const socketSetup: fc.Arbitrary<SocketSetup> = fc.record({
  role: fc.constantFrom('server', 'client'),
  capacityBytes: fc.constantFrom(65_536, 0, 10),
  pingIntervalMs: fc.constantFrom(20_000, 100),
  rest: bytes(255),
});

/** Performs actions on a socket. */
export class SocketRun {
  readonly #socket: OpenWebSocket;
  readonly #peer: TestDuplex;
  readonly #peerReader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #peerWriter: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #writer: WritableStreamDefaultWriter<string | BufferSource>;
  readonly #peerRole: 'client' | 'server';
  readonly #clock = new FakeClock();
  readonly #received: Uint8Array[] = [];
  /** The promises that must settle, and their names. */
  readonly #pending = new Map<Promise<unknown>, string>();

  constructor({ role, capacityBytes, pingIntervalMs, rest }: SocketSetup) {
    const [ours, peer] = duplexPair({ capacityBytes });
    this.#peerRole = role === 'client' ? 'server' : 'client';
    const options = { randomBytes: seededKeys(1), clock: this.#clock, pingIntervalMs };
    const duplex = { reader: ours.readable.getReader(), writer: ours.writable.getWriter(), rest };
    const connection = socketConnection(role, settledSocket(role, options));
    this.#socket = new OpenWebSocket(connection, duplex, opening, options);
    this.#peer = peer;
    this.#peerReader = peer.readable.getReader();
    this.#peerWriter = peer.writable.getWriter();
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
    this.#expect('closed', this.#socket.closed);
    this.#expect('closed of the reader', this.#reader.closed);
    this.#expect('closed of the writer', this.#writer.closed);
    for (const promise of [this.#peerReader.closed, this.#peerWriter.closed]) promise.catch(() => {});
  }

  write(data: string | Uint8Array): void {
    this.#expect('write', written(this.#writer, data as BufferSource));
  }

  read(): void {
    this.#expect('read', this.#reader.read());
  }

  ping(data: Uint8Array): void {
    this.#expect('ping', this.#socket.ping(data));
  }

  close(info: CloseInfo | undefined): void {
    this.#socket.close(info);
  }

  closeWriter(): void {
    this.#expect('close of the writer', this.#writer.close());
  }

  abortWriter(reason: Error | undefined): void {
    this.#expect('abort', this.#writer.abort(reason));
  }

  cancelReader(reason: Error | undefined): void {
    this.#expect('cancel', this.#reader.cancel(reason));
  }

  advance(ms: number): void {
    this.#clock.moveTo(this.#clock.now() + ms);
  }

  peerWrites(hostile: Printed<Hostile>): void {
    written(this.#peerWriter, hostile.value(this.#peerRole)).catch(() => {});
  }

  peerCloses(): void {
    this.#peerWriter.close().catch(() => {});
  }

  peerResets(): void {
    this.#peer.reset(new Error('reset'));
  }

  peerCancels(): void {
    this.#peerReader.cancel().catch(() => {});
  }

  peerReads(): void {
    const keep = ({ value }: ReadableStreamReadResult<Uint8Array>) =>
      void (value && this.#received.push(value));
    this.#peerReader.read().then(keep, () => {});
  }

  /** Closes, and advances the clock until every promise has settled. */
  async finish(peerReads: boolean): Promise<void> {
    this.#socket.close();
    for (let rounds = 0; rounds < 40 && this.#pending.size > 0; rounds++) {
      for (let tasks = 0; tasks < 8; tasks++) {
        if (peerReads) this.peerReads();
        await nextTask();
      }
      this.advance(2000);
    }
    await this.#drainReadable();
    assert.deepEqual([...this.#pending.values()], [], 'promises that did not settle');
    assert.equal(this.#clock.timers.size, 0, 'a timer is pending');
    this.#checkOutput();
  }

  /** Adds a promise that must settle. */
  #expect(name: string, promise: Promise<unknown>): void {
    this.#pending.set(promise, name);
    const settled = () => void this.#pending.delete(promise);
    promise.then(settled, settled);
  }

  /** Reads all received messages. */
  async #drainReadable(): Promise<void> {
    try {
      while (!(await this.#reader.read()).done);
    } catch {}
    for (let tasks = 0; tasks < 4; tasks++) await nextTask();
  }

  #checkOutput(): void {
    const { events, end } = referenceDecode(concatenated(this.#received), { role: this.#peerRole });
    assert.ok(end === 0 || end === 1006, `the socket violated the protocol: ${end}`);
    const { sent, received, wasClean } = this.#socket.closeRecord;
    const close = events.find(one => one[0] === 'close');
    if (close !== undefined)
      assert.deepEqual(
        { closeCode: close[1], reason: close[2] },
        sent,
        'the sent Close must be that of the record',
      );
    assert.ok(!wasClean || (sent !== undefined && received !== undefined));
  }
}

const calls = callsOf<SocketRun>();
const data = fc.oneof<fc.Arbitrary<string | Uint8Array>[]>(
  fc.constantFrom('text', 'x'.repeat(40_000)),
  bytes(255),
);
const infos = fc.constantFrom(
  undefined,
  { closeCode: 1000 },
  { closeCode: 3000, reason: 'bye' },
  { reason: 'bye' },
);

export const socketActions: fc.Arbitrary<Action<SocketRun>> = fc.oneof(
  { weight: 8, arbitrary: calls('peerWrites', hostileBytes) },
  { weight: 8, arbitrary: calls('peerReads') },
  { weight: 4, arbitrary: calls('write', data) },
  { weight: 8, arbitrary: calls('read') },
  { weight: 4, arbitrary: calls('ping', bytes(126)) },
  { weight: 4, arbitrary: calls('advance', fc.constantFrom(1, 50, 1000, 10_000, 20_000)) },
  calls('close', infos),
  calls('closeWriter'),
  calls('abortWriter', fc.constantFrom(undefined, new Error('abort'))),
  calls('cancelReader', fc.constantFrom(undefined, new Error('cancel'))),
  calls('peerCloses'),
  calls('peerResets'),
  calls('peerCancels'),
);

/** Writes. After a close, Node 20 throws an internal error instead of rejecting. */
function written<Chunk>(writer: WritableStreamDefaultWriter<Chunk>, chunk: Chunk): Promise<void> {
  try {
    return writer.write(chunk);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_INTERNAL_ASSERTION') throw error;
    return Promise.reject(error);
  }
}
