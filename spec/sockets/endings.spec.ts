// Runs every ending in every state, in both roles, with a peer that follows the closing handshake and with a silent one. The
// expected outcome follows from a few rules (RFC 6455 §5.5.1, 7.1), which this file implements independently of the code.

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Role } from '../../lib/base/role.ts';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex } from '../support/hex.ts';
import { fromClient, fromServer, type NamedFrames, utf8Hex } from '../support/named-frames.ts';
import { settle } from '../support/settling.ts';
import { socketOver } from '../support/socket-over.ts';

const test = suite('the ends of a WebSocket');

/** The code of a Close frame; `null` if it has none. */
type Code = number | null;

/** The expected state. A field that is `undefined` has not happened. */
interface Story {
  sent?: Code | undefined;
  received?: Code | undefined;
  initiator?: 'local' | 'remote' | undefined;
  /** Our queued Close. Another one may replace it while it is queued after data. */
  waiting?: { readonly code: Code; readonly behindData: boolean };
  /** The code of the failure. */
  failure?: number | undefined;
  /** True if the transport is blocked. */
  blocked?: boolean;
  /** True if the connection is over. */
  over?: boolean;
}

const begun = ({ sent, received, waiting, failure, over }: Story) =>
  over || [sent, received, waiting, failure].some(fact => fact !== undefined);

/** Queues our Close after earlier messages, unless the closing has begun. */
function closes(story: Story, code: Code): void {
  if (!begun(story)) story.waiting = { code, behindData: true };
}

/** Sends our Close before earlier messages, and instead of a queued one. */
function aborts(story: Story, code: Code): void {
  if (!begun(story) || story.waiting?.behindData) story.waiting = { code, behindData: false };
}

/** Fails the connection, because of a violation or the silence of the peer. */
function fails(story: Story, code: number): void {
  story.failure = code;
  story.initiator ??= 'local';
  if (story.sent === undefined && story.waiting?.behindData !== false)
    story.waiting = { code, behindData: false };
}

function cut(story: Story, initiator?: 'local' | 'remote'): void {
  if (story.over) return;
  const clean = story.sent !== undefined && story.received !== undefined;
  if (!clean) story.failure ??= story.received === undefined ? 1006 : (story.received ?? 1005);
  if (!clean) story.initiator ??= initiator;
  story.over = true;
}

/** A socket, its duplex, and a simulated peer. */
class Scene {
  readonly clock = new FakeClock();
  readonly duplex = new HandDuplex();
  readonly closeSignal = new AbortController();
  readonly socket: OpenWebSocket;
  readonly writer: WritableStreamDefaultWriter<string | Uint8Array>;
  readonly #role: Role;
  /** The rest of a frame that the peer has begun. */
  #unfinished = '';
  #peerHasClosed = false;

  constructor(role: Role) {
    this.#role = role;
    const options = { closeSignal: this.closeSignal.signal, maxFrameBytes: 16_384 };
    this.socket = socketOver(role, this.duplex, options, this.clock);
    this.writer = this.socket.writable.getWriter() as typeof this.writer;
    this.writer.closed.catch(() => {});
  }

  /** Makes the frames of the peer. */
  get #peer(): NamedFrames {
    return this.#role === 'server' ? fromClient : fromServer;
  }

  /** Sends bytes of the peer, unless the duplex has ended. */
  #give(bytes: string): void {
    try {
      this.duplex.give(this.#unfinished + bytes);
    } catch {}
    this.#unfinished = '';
  }

  beginMessage(): void {
    this.#give(this.#peer.text('a', { fin: false }));
  }

  beginFrame(): void {
    this.#give(this.#peer.text('a', { declared: 2 }));
    this.#unfinished = utf8Hex('b');
  }

  peerViolatesProtocol(): void {
    this.#give(this.#peer.frame(3));
  }

  peerCloses(code: Code): void {
    this.#peerHasClosed = true;
    this.#give(this.#peer.close(code ?? undefined));
  }

  peerEnds(): void {
    try {
      this.duplex.end();
    } catch {}
  }

  /** Blocks the transport with a message queued. */
  block(): void {
    this.duplex.flowing = false;
    this.writer.write(new Uint8Array(60_000)).catch(() => {});
  }

  /** Has the peer read everything, answer our Close, and end, without any time passing. */
  async finishPolitely(): Promise<void> {
    this.duplex.flowing = true;
    for (let i = 0; i < 3; i++) {
      this.duplex.settleWrite();
      await settle();
    }
    const close = this.closesOnWire[0];
    if (close !== undefined && !this.#peerHasClosed) this.peerCloses(close);
    await settle();
    this.peerEnds();
    await settle();
  }

  async passTime(): Promise<void> {
    for (let i = 0; i < 8; i++) {
      this.clock.moveTo(this.clock.now() + 10_000);
      await settle();
    }
  }

  /** Returns the codes of the Close frames that were sent. Throws if anything else but pongs follows the first. */
  get closesOnWire(): Code[] {
    const bytes = fromHex(this.duplex.wire);
    const masked = this.#role === 'client';
    const codes: Code[] = [];
    for (let at = 0; at < bytes.length; ) {
      const opcode = bytes[at]! & 15;
      const short = bytes[at + 1]! & 127;
      const length = short === 126 ? bytes[at + 2]! * 256 + bytes[at + 3]! : short;
      at += (short === 126 ? 4 : 2) + (masked ? 4 : 0);
      if (codes.length > 0 && opcode !== 10) throw new Error(`opcode ${opcode} after a Close`);
      if (opcode === 8) codes.push(length === 0 ? null : bytes[at]! * 256 + bytes[at + 1]!);
      at += length;
    }
    return codes;
  }
}

interface State {
  readonly story: Readonly<Story>;
  readonly enter: (scene: Scene) => unknown;
  /**
   * The code that silence leads to, if not that of the ping timeout: inside a frame or a message that of the frame timeout
   * (A7); for a peer that does not read, that of the write timeout (A6).
   */
  readonly silence?: number;
}

const states: Readonly<Record<string, State>> = {
  'open, idle': { story: {}, enter() {} },
  'a message half in': { story: {}, enter: scene => scene.beginMessage(), silence: 1008 },
  'a frame half in': { story: {}, enter: scene => scene.beginFrame(), silence: 1008 },
  'a message half out': {
    story: {},
    enter({ socket }) {
      const message = socket.openMessage('text').getWriter();
      message.closed.catch(() => {});
      message.write('a').catch(() => {});
    },
  },
  'data queued': { story: { blocked: true }, enter: scene => scene.block() },
  'our Close queued after data': {
    story: { blocked: true, waiting: { code: 4000, behindData: true } },
    enter(scene) {
      scene.block();
      scene.socket.close({ closeCode: 4000 });
    },
  },
  'our Close sent': {
    story: { sent: 4000, initiator: 'local' },
    enter: ({ socket }) => socket.close({ closeCode: 4000 }),
  },
  'our Close sent, a message half in': {
    story: { sent: 4000, initiator: 'local' },
    enter(scene) {
      scene.beginMessage();
      scene.socket.close({ closeCode: 4000 });
    },
  },
  'the peer’s Close received, the reply waits': {
    story: { blocked: true, received: 1001, initiator: 'remote', waiting: { code: 1001, behindData: false } },
    enter(scene) {
      scene.block();
      scene.peerCloses(1001);
    },
  },
  'the peer’s Close received and answered': {
    story: { received: 1001, sent: 1001, initiator: 'remote' },
    enter: scene => scene.peerCloses(1001),
  },
  'both Closes passed, ours first': {
    story: { sent: 4000, received: 4000, initiator: 'local' },
    async enter(scene) {
      scene.socket.close({ closeCode: 4000 });
      await settle();
      scene.peerCloses(4000);
    },
  },
  ended: {
    story: { received: 1001, sent: 1001, initiator: 'remote', over: true },
    async enter(scene) {
      scene.peerCloses(1001);
      await settle();
      scene.peerEnds();
    },
  },
};

interface Ending {
  readonly enact: (scene: Scene) => unknown;
  readonly tell: (story: Story, silence: number) => void;
  /** True if the ending needs the readable, so that the events cannot be observed. */
  readonly reads?: true;
  /** True if the ending takes time. */
  readonly needsTime?: true;
}

const told = (closeCode: number) => WebSocketError.of('told', { closeCode });

const endings: Readonly<Record<string, Ending>> = {
  'the peer’s Close': {
    enact: scene => scene.peerCloses(1002),
    tell(story) {
      if (story.over || story.received !== undefined) return;
      story.received = 1002;
      story.initiator ??= 'remote';
      if (story.sent === undefined) story.waiting = { code: 1002, behindData: false };
    },
  },
  'close()': {
    enact: ({ socket }) => socket.close({ closeCode: 4001 }),
    tell: story => closes(story, 4001),
  },
  'closing the writable': {
    enact: ({ writer }) => void writer.close().catch(() => {}),
    tell: story => closes(story, null),
  },
  'aborting the writable': {
    enact: ({ writer }) => void writer.abort(new Error('enough')).catch(() => {}),
    tell: story => aborts(story, null),
  },
  'aborting the writable with a code': {
    enact: ({ writer }) => void writer.abort(told(4002)).catch(() => {}),
    tell: story => aborts(story, 4002),
  },
  'cancelling the readable': {
    enact: ({ socket }) => void socket.readable.cancel().catch(() => {}),
    tell: story => closes(story, null),
    reads: true,
  },
  'cancelling the readable with a code': {
    enact: ({ socket }) => void socket.readable.cancel(told(4003)).catch(() => {}),
    tell: story => closes(story, 4003),
    reads: true,
  },
  'a consumer that throws': {
    enact({ socket }) {
      const consumer = new WritableStream({ start: controller => controller.error(new Error('consumer')) });
      socket.readable.pipeTo(consumer).catch(() => {});
    },
    tell: story => closes(story, null),
    reads: true,
  },
  'the close signal': {
    enact: ({ closeSignal }) => closeSignal.abort(told(4004)),
    tell: story => closes(story, 4004),
  },
  'a violation by the peer': {
    enact: scene => scene.peerViolatesProtocol(),
    tell(story) {
      if (!story.over && story.received === undefined) fails(story, 1002);
    },
  },
  'the end of the input': {
    enact: scene => scene.peerEnds(),
    tell(story) {
      if (story.received === undefined) cut(story, 'remote');
    },
  },
  'an error of the input': {
    enact: ({ duplex }) => duplex.breakInput(new Error('reset')),
    tell: story => cut(story),
  },
  'an error of the output': {
    enact: ({ duplex }) => duplex.breakOutput(new Error('reset')),
    tell: story => cut(story),
  },
  'terminate()': {
    enact: ({ socket }) => socket.terminate(),
    tell: story => cut(story, 'local'),
  },
  silence: {
    enact() {},
    tell(story, silence) {
      // A blocked transport cannot send the ping, so the write timeout ends it, without a Close (A6).
      if (!begun(story) && story.blocked) cut(story, 'local');
      else if (!begun(story)) fails(story, silence);
    },
    needsTime: true,
  },
};

/** Returns the expected final state. */
function finish(story: Story, polite: boolean): Story {
  const { waiting, blocked } = story;
  if (!story.over && waiting !== undefined && (polite || !blocked)) {
    story.sent = waiting.code;
    story.initiator ??= 'local';
  }
  const { sent } = story;
  if (!story.over && polite && sent !== undefined && story.failure === undefined) story.received ??= sent;
  cut(story, 'local');
  return story;
}

function foretell(stateName: string, endingName: string, polite: boolean): Story {
  const { story, silence = 1011 } = states[stateName]!;
  const ending = endings[endingName]!;
  const foretold = { ...story };
  ending.tell(foretold, silence);
  return finish(foretold, polite);
}

const codeOf = (frame: { closeCode: number | undefined } | undefined) => frame && (frame.closeCode ?? null);

/** The end as the application sees it. */
async function play(role: Role, stateName: string, endingName: string, polite: boolean) {
  const scene = new Scene(role);
  const { socket } = scene;
  const ending = endings[endingName]!;
  const events: string[] = [];
  const watching = ending.reads ? undefined : watch(socket, events);
  await settle();
  await states[stateName]!.enter(scene);
  await settle();
  ending.enact(scene);
  await settle();
  await (polite ? scene.finishPolitely() : scene.passTime());
  const outcome = await Promise.race([
    socket.closed.then(
      info => info.closeCode,
      error => error as WebSocketError,
    ),
    settle().then(() => 'pending'),
  ]);
  await watching;
  return { scene, outcome, events };
}

async function watch(socket: OpenWebSocket, events: string[]): Promise<void> {
  try {
    for await (const event of socket.events) events.push(event.type);
  } catch {
    events.push('failed');
  }
}

async function check(role: Role, stateName: string, endingName: string, polite: boolean): Promise<void> {
  const name = `${role}, ${stateName}: ${endingName}, ${polite ? 'a polite' : 'a silent'} peer`;
  const { scene, outcome, events } = await play(role, stateName, endingName, polite);
  const { socket, clock, duplex } = scene;
  const { sent, received, initiator, failure } = foretell(stateName, endingName, polite);
  const { closeRecord: record } = socket;
  const clean = failure === undefined;
  assert.equal(
    [codeOf(record.sent), codeOf(record.received), record.initiator, record.wasClean],
    [sent, received, initiator, clean],
    name,
  );
  assert.is(record.cause === undefined, clean, name);
  if (clean) assert.is(outcome, received ?? 1005, name);
  else
    assert.equal(
      [(outcome as WebSocketError).name, (outcome as WebSocketError).closeCode],
      ['WebSocketError', failure],
      name,
    );
  if (duplex.flowing) assert.equal(scene.closesOnWire, sent === undefined ? [] : [sent], name);
  if (events.length > 0) {
    assert.is(events.filter(type => type === 'closed').length, 1, name);
    assert.equal(events.slice(events.indexOf('closed') + 1), clean ? [] : ['failed'], name);
  }
  assert.is(socket.bufferedAmount, 0, name);
  assert.equal([clock.timers.size, polite ? clock.now() : 0], [0, 0], name);
  await assertUseless(socket, scene, name);
}

/** Checks that nothing can be sent any more, and that each attempt fails. */
async function assertUseless(socket: OpenWebSocket, { writer, duplex }: Scene, name: string): Promise<void> {
  const before = duplex.out.length;
  // Node 20's closed stream throws.
  const attempts = [(async () => writer.write('late'))(), socket.ping()];
  assert.equal(
    (await Promise.allSettled(attempts)).map(one => one.status),
    ['rejected', 'rejected'],
    name,
  );
  socket.close();
  socket.terminate();
  await settle();
  assert.is(duplex.out.length, before, name);
}

for (const role of ['server', 'client'] as const) {
  for (const stateName of Object.keys(states)) {
    test(`${role}, ${stateName}: gives one record and settles closed once for every ending, and leaves no timer`, async () => {
      const checks = Object.entries(endings).flatMap(([endingName, { needsTime }]) =>
        (needsTime ? [false] : [true, false]).map(polite => check(role, stateName, endingName, polite)),
      );
      const failed = (await Promise.allSettled(checks)).filter(one => one.status === 'rejected');
      assert.is(
        failed
          .map(({ reason }) => reason.message + JSON.stringify([reason.actual, reason.expects]))
          .join('\n'),
        '',
      );
    });
  }
}

test.run();
