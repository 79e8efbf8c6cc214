// One course of a socket, and the laws that hold at its end: everything settles, and what went out was lawful.

import { strict as assert } from 'node:assert';
import { HeaderFields } from '../../../lib/handshake/header-fields.ts';
import { OpenWebSocket } from '../../../lib/sockets/open-websocket.ts';
import { socketConnection } from '../../../lib/sockets/socket-options.ts';
import { nextTask } from '../../../lib/streams/next-task.ts';
import { duplexPair, type TestDuplex } from '../../../lib/testing/duplex-pair.ts';
import { concatenated } from '../../../lib/testing/rechunk.ts';
import { seededKeys } from '../../../lib/testing/seeded-keys.ts';
import { referenceDecode } from '../../support/reference-decoder.ts';
import { settledSocket } from '../../support/settled.ts';
import { chosenOctets } from '../shapes/frame-octets.ts';
import { Choices } from './choices.ts';
import { ManualClock } from './manual-clock.ts';

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
const infos = [undefined, { closeCode: 1000 }, { closeCode: 3000, reason: 'bye' }, { reason: 'bye' }];

/** Driven by the octets of an input. */
export class SocketRun {
  readonly #choices: Choices;
  readonly #role: 'client' | 'server';
  readonly #clock = new ManualClock();
  readonly #socket: OpenWebSocket;
  readonly #peer: TestDuplex;
  readonly #peerReader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #peerWriter: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #writer: WritableStreamDefaultWriter<string | BufferSource>;
  readonly #received: Uint8Array[] = [];
  /** What the application waits for, by name. */
  readonly #waiting = new Map<Promise<unknown>, string>();

  constructor(input: Uint8Array) {
    const choices = new Choices(input);
    const [ours, peer] = duplexPair({ capacityBytes: choices.pick([65_536, 0, 10]) });
    this.#choices = choices;
    this.#role = choices.pick(['server', 'client']);
    const options = {
      randomBytes: seededKeys(1),
      clock: this.#clock,
      pingIntervalMs: choices.pick([20_000, 100]),
    };
    const duplex = {
      reader: ours.readable.getReader(),
      writer: ours.writable.getWriter(),
      rest: choices.octets(),
    };
    this.#socket = new OpenWebSocket(
      socketConnection(this.#role, settledSocket(this.#role, options)),
      duplex,
      opening,
      options,
    );
    this.#peer = peer;
    this.#peerReader = peer.readable.getReader();
    this.#peerWriter = peer.writable.getWriter();
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
    this.#await('closed', this.#socket.closed);
    this.#await('closed of the reader', this.#reader.closed);
    this.#await('closed of the writer', this.#writer.closed);
    for (const promise of [this.#peerReader.closed, this.#peerWriter.closed]) promise.catch(() => {});
  }

  get ended(): boolean {
    return this.#choices.ended;
  }

  /** Something happens, and the rest of the world may get its turn. */
  async step(): Promise<void> {
    const choices = this.#choices;
    const peer = this.#role === 'client' ? 'server' : 'client';
    const steps: readonly (() => void)[] = [
      () => this.#peerWrites(chosenOctets(choices, peer)),
      () => this.#peerWrites(chosenOctets(choices, peer)),
      () => this.#peerReads(),
      () => this.#peerReads(),
      () =>
        this.#await(
          'write',
          written(this.#writer, choices.pick(['text', choices.octets(), 'x'.repeat(40_000)])),
        ),
      () => this.#await('read', this.#reader.read()),
      () => this.#await('read', this.#reader.read()),
      () => this.#await('ping', this.#socket.ping(choices.octets().subarray(0, 126))),
      () => this.#clock.advance(choices.pick([1, 50, 1000, 10_000, 20_000])),
      () => this.#socket.close(choices.pick(infos)),
      () => this.#await('close', this.#writer.close()),
      () => this.#await('abort', this.#writer.abort(choices.pick([undefined, new Error('abort')]))),
      () => this.#await('cancel', this.#reader.cancel(choices.pick([undefined, new Error('cancel')]))),
      () => void this.#peerWriter.close().catch(() => {}),
      () => this.#peer.reset(new Error('reset')),
      () => void this.#peerReader.cancel().catch(() => {}),
    ];
    const at = choices.below(40);
    (steps[at] ?? steps[at % 9]!)();
    for (let tasks = choices.below(4); tasks > 0; tasks--) await nextTask();
  }

  /** The peer stalls, or reads to the end; the clock goes on: then everything has to settle. */
  async finish(): Promise<void> {
    const peerReads = this.#choices.yes();
    this.#socket.close();
    for (let rounds = 0; rounds < 40 && this.#waiting.size > 0; rounds++) {
      for (let tasks = 0; tasks < 8; tasks++) {
        if (peerReads) this.#peerReads();
        await nextTask();
      }
      this.#clock.advance(2000);
    }
    await this.#drainReadable();
    assert.deepEqual([...this.#waiting.values()], [], 'what never settles');
    assert.equal(this.#clock.timers, 0, 'a timer is left');
    this.#checkOutput();
  }

  #await(name: string, promise: Promise<unknown>): void {
    this.#waiting.set(promise, name);
    const settled = () => void this.#waiting.delete(promise);
    promise.then(settled, settled);
  }

  /** What was received stays readable, and then the reader ends. */
  async #drainReadable(): Promise<void> {
    try {
      while (!(await this.#reader.read()).done);
    } catch {}
    for (let tasks = 0; tasks < 4; tasks++) await nextTask();
  }

  #peerWrites(octets: Uint8Array): void {
    written(this.#peerWriter, octets).catch(() => {});
  }

  #peerReads(): void {
    const keep = ({ value }: ReadableStreamReadResult<Uint8Array>) =>
      void (value && this.#received.push(value));
    this.#peerReader.read().then(keep, () => {});
  }

  #checkOutput(): void {
    const role = this.#role === 'client' ? 'server' : 'client';
    const { said, end } = referenceDecode(concatenated(this.#received), { role });
    assert.ok(end === 0 || end === 1006, `we broke the law: ${end}`);
    const { sent, received, wasClean } = this.#socket.closeRecord;
    const close = said.find(one => one[0] === 'close');
    if (close !== undefined)
      assert.deepEqual({ closeCode: close[1], reason: close[2] }, sent, 'not the Close of the record');
    assert.ok(!wasClean || (sent !== undefined && received !== undefined));
  }
}

/** A write behind a close, which Node 20 takes for an error of its own, and throws. */
function written<Chunk>(writer: WritableStreamDefaultWriter<Chunk>, chunk: Chunk): Promise<void> {
  try {
    return writer.write(chunk);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_INTERNAL_ASSERTION') throw error;
    return Promise.reject(error);
  }
}
