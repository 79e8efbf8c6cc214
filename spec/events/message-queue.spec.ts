import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChunkGatherer, joinBytes } from '../../lib/bytes/chunk-gatherer.ts';
import type { MessageDeflater } from '../../lib/deflate/codec.ts';
import type { OutgoingBinary, OutgoingText } from '../../lib/events/event.ts';
import { MessageQueue, type MessageQueueOptions, type Ownership } from '../../lib/events/message-queue.ts';
import type { Completion } from '../../lib/events/transmission.ts';
import { FrameWriter } from '../../lib/frames/frame-writer.ts';
import type { OutgoingPart } from '../../lib/messages/message-part.ts';
import { counted, sameKey } from '../support/bytes.ts';
import { FakeDeflater, slowDeflater } from '../support/fake-codec.ts';
import { fromHex, hex } from '../support/hex.ts';
import { closeBody, framesWith, fromClient, fromServer } from '../support/named-frames.ts';

const test = suite('MessageQueue');

const lost = new Error('lost');
const prepared: OutgoingPart = {
  type: 'binary',
  compressed: false,
  first: true,
  last: true,
  payload: fromHex('07'),
};

const server = new FrameWriter({ role: 'server' });
const client = new FrameWriter({ role: 'client', randomBytes: sameKey('01020304') });

/** A queue, and a record of the completions. */
function queueing(options: Partial<MessageQueueOptions> = {}, writer = server) {
  const queue = new MessageQueue({ maxFrameBytes: Infinity, ...options }, writer, undefined);
  const told: string[] = [];
  const completion = (name: string): Completion => ({
    sent: () => told.push(name),
    lost: error => told.push(`${name} ${(error as Error).message}`),
  });
  const add = {
    text: (data: string, last = true, message = undefined as ReturnType<MessageQueue['open']> | undefined) =>
      queue.push({ type: 'text', data, last }, 'borrowed', completion(data), message),
    binary: (
      data: string,
      last = true,
      message = undefined as ReturnType<MessageQueue['open']> | undefined,
    ) => queue.push({ type: 'binary', data: fromHex(data), last }, 'borrowed', completion(data), message),
    prepared: () => queue.pushPart(prepared, 'shared', completion('prepared')),
  };
  /** Returns the next frame: opcode, `+` if the message continues, payload. */
  const next = () => {
    const gatherer = new ChunkGatherer();
    queue.fill(gatherer, 1, Infinity);
    if (gatherer.byteLength === 0) return undefined;
    return shown(joinBytes(gatherer.take()));
  };
  const all = () => {
    const frames: string[] = [];
    for (let frame = next(); frame !== undefined; frame = next()) frames.push(frame);
    return frames;
  };
  const left = () => (queue.takeCompletions() ?? []).length;
  return { queue, told, add, next, all, left };
}

/** Returns a short frame of a server. */
function shown(frame: Uint8Array): string {
  const marks = `${frame[0]! & 0x40 ? 'c' : ''}${frame[0]! & 0x80 ? '' : '+'}`;
  assert.is(frame[1], frame.length - 2);
  return `${frame[0]! & 0xf}${marks} ${hex(frame.subarray(2))}`;
}

/** Returns all chunks that can be sent now. */
function chunks(queue: MessageQueue): readonly Uint8Array[] {
  const gatherer = new ChunkGatherer();
  queue.fill(gatherer, Infinity, Infinity);
  return gatherer.take();
}

test('outputs the frames of each message in turn, and the completions of all that was sent completely', () => {
  const { queue, add, next, left } = queueing({ maxFrameBytes: 3 });
  assert.is(queue.ready, false);
  assert.is(next(), undefined);
  add.binary('01020304050607');
  add.text('a');
  assert.is(queue.ready, true);
  assert.is(next(), '2+ 010203');
  assert.is(next(), '0+ 040506');
  assert.is(left(), 0);
  assert.is(next(), '0 07');
  assert.is(left(), 1);
  assert.is(left(), 0);
  assert.is(next(), '1 61');
  assert.is(left(), 1);
  assert.is(queue.ready, false);
  assert.is(left(), 0);
});

test('counts a part without a frame of its own, too', () => {
  const { add, next, left } = queueing();
  add.text('a', false);
  add.text('', false);
  add.text('b');
  assert.is(next(), '1+ 61');
  assert.is(next(), '0 62');
  assert.is(left(), 3);
});

test('sends a frame for an empty first part, so that the peer sees the start of the message', () => {
  const { add, all } = queueing();
  add.text('', false);
  add.text('', false);
  add.text('');
  assert.equal(all(), ['1+ ', '0 ']);
});

test('rejects a part that does not continue the open message', () => {
  const { add, all } = queueing();
  add.text('a', false);
  assert.throws(() => add.binary('00'), /inside a text message/);
  add.text('b');
  add.binary('00');
  assert.equal(all(), ['1+ 61', '0 62', '2 00']);
});

test('clear() drops everything, also the rest of a message sent in part, and reports each part once', () => {
  const { queue, told, add, next, all } = queueing({ maxFrameBytes: 1 });
  add.binary('0102030405');
  add.text('a');
  const message = queue.open();
  add.binary('06', false, message);
  assert.is(next(), '2+ 01');
  queue.clear(lost);
  queue.clear(lost);
  assert.equal(told, ['0102030405 lost', 'a lost', '06 lost']);
  assert.equal([queue.ready, next(), queue.queuedBytes], [false, undefined, 0]);
  add.binary('0102');
  assert.equal(all(), ['0+ 01', '0 02']);
});

test('clear() reports completions that were not taken as lost', () => {
  const { queue, told, add, next } = queueing();
  add.text('a');
  next();
  queue.clear(lost);
  assert.equal([told, queue.takeCompletions()], [['a lost'], undefined]);
});

test('sends one message at a time: later messages wait for the end of an open one (§5.4)', () => {
  const { queue, add, next, all } = queueing();
  const message = queue.open();
  add.text('b');
  add.prepared();
  assert.is(queue.ready, false);
  add.binary('01', false, message);
  assert.equal([next(), next()], ['2+ 01', undefined]);
  add.text('c');
  add.binary('02', true, message);
  assert.equal(all(), ['0 02', '1 62', '2 07', '1 63']);
});

test('sends earlier messages before an open one', () => {
  const { queue, add, all } = queueing();
  add.text('a');
  const message = queue.open();
  add.text('b', true, message);
  assert.equal(all(), ['1 61', '1 62']);
});

test('keeps several open messages apart, and sends them in order', () => {
  const { queue, add, next, all } = queueing();
  const [first, second] = [queue.open(), queue.open()];
  add.binary('03', true, second);
  add.text('a', false, first);
  assert.equal([next(), next()], ['1+ 61', undefined]);
  assert.throws(() => add.binary('00', true, first), /inside a text message/);
  add.text('b', true, first);
  assert.equal(all(), ['0 62', '2 03']);
});

test('adds parts without a given message to the previous one that has not ended', () => {
  const { queue, add, all } = queueing();
  add.text('a', false);
  const message = queue.open();
  add.binary('01', true, message);
  add.text('b', false);
  add.text('c');
  add.text('d');
  assert.equal(all(), ['1+ 61', '0+ 62', '0 63', '2 01', '1 64']);
});

test('returns the completion of each part once, in order', () => {
  const { queue, told, add, next } = queueing({ maxFrameBytes: 2 });
  const tell = () => {
    for (const completion of queue.takeCompletions() ?? []) completion.sent(false);
    return told.join(' ');
  };
  const message = queue.open();
  add.binary('010203', false, message);
  add.binary('04', true, message);
  add.prepared();
  next();
  assert.is(tell(), '');
  next();
  assert.is(tell(), '010203');
  next();
  assert.is(tell(), '010203 04');
  next();
  assert.is(tell(), '010203 04 prepared');
});

test('does not change completions after they were taken', () => {
  const { queue, add, next } = queueing();
  add.text('a');
  add.text('b');
  next();
  const first = queue.takeCompletions()!;
  next();
  assert.equal([first.length, queue.takeCompletions()?.length, first.length], [1, 1, 1]);
});

test('accepts a part without a completion', () => {
  const { queue, next } = queueing();
  queue.pushPart(prepared, 'shared', undefined);
  assert.equal([next(), queue.takeCompletions()], ['2 07', undefined]);
  queue.pushPart(prepared, 'shared', undefined);
  queue.clear(lost);
  assert.is(queue.queuedMessages, 0);
});

test('counts the bytes of messages not sent completely; three for each unit of text that is encoded in slices', () => {
  const { queue, add, next } = queueing({ maxFrameBytes: 2 });
  add.text('ü');
  add.text('abc');
  add.binary('010203');
  add.prepared();
  const counts = [queue.queuedBytes];
  while (next() !== undefined) counts.push(queue.queuedBytes);
  assert.equal(counts, [2 + 3 + 3 + 1, 3 + 3 + 1, 3 + 3 + 1, 3 + 1, 3 + 1, 1, 0]);
  add.text('é'.repeat(65_536));
  assert.is(queue.queuedBytes, 131_072);
  add.text('a'.repeat(65_537));
  assert.is(queue.queuedBytes, 131_072 + 3 * 65_537);
});

test('reports a failed allocation for a text when it is sent', () => {
  const { queue, add, all } = queueing({ maxFrameBytes: 40 });
  const { encodeInto } = TextEncoder.prototype;
  TextEncoder.prototype.encodeInto = () => {
    throw new RangeError('Array buffer allocation failed');
  };
  try {
    add.text('a'.repeat(41));
    assert.throws(all, 'Array buffer allocation failed');
  } finally {
    TextEncoder.prototype.encodeInto = encodeInto;
  }
  queue.clear(lost);
  assert.is(queue.queuedBytes, 0);
});

test('counts the messages not sent completely, also open ones', () => {
  const { queue, add, next } = queueing({ maxFrameBytes: 2 });
  assert.is(queue.queuedMessages, 0);
  add.binary('010203');
  add.prepared();
  const message = queue.open();
  const counts = [queue.queuedMessages];
  while (next() !== undefined) counts.push(queue.queuedMessages);
  assert.equal(counts, [3, 3, 2, 1]);
  queue.drop(message, lost);
  assert.is(queue.queuedMessages, 0);
});

test('counts an open message once, and a cut-off one until its last part has been sent', () => {
  const { queue, add, all } = queueing();
  const message = queue.open();
  add.binary('01', false, message);
  assert.equal([queue.queuedMessages, queue.ready, queue.queuedMessages], [1, true, 1]);
  queue.finish(lost);
  all();
  assert.equal([queue.queuedMessages, queue.ready], [0, false]);
});

test('drops an open message that has not begun, with its queued parts and nothing else', () => {
  const { queue, told, add, all, left } = queueing();
  const message = queue.open();
  add.binary('010203', false, message);
  add.text('a');
  assert.is(queue.drop(message, lost), true);
  assert.equal([told, queue.queuedBytes], [['010203 lost'], 1]);
  assert.equal([all(), left(), queue.queuedBytes], [['1 61'], 1, 0]);
});

test('drops an ended message that waits after others', () => {
  const { queue, add, all } = queueing();
  const [first, second] = [queue.open(), queue.open()];
  add.text('b', true, second);
  assert.is(queue.drop(second, lost), true);
  add.text('a', true, first);
  assert.equal([all(), queue.queuedBytes], [['1 61'], 0]);
});

test('does not drop a message of which a part has been sent', () => {
  const { queue, told, add, next } = queueing();
  const message = queue.open();
  add.text('a', false, message);
  next();
  assert.is(queue.drop(message, lost), false);
  add.text('b', true, message);
  assert.is(next(), '0 62');
  assert.equal([queue.drop(message, lost), told], [false, []]);
});

test('a message has begun when a part of it has been sent, not before', () => {
  const { queue, add, next } = queueing();
  const empty = queue.open();
  assert.equal([queue.ready, next(), queue.drop(empty, lost)], [false, undefined, true]);
  const message = queue.open();
  add.text('a', false, message);
  add.text('b', false, message);
  assert.equal([next(), queue.drop(message, lost), next()], ['1+ 61', false, '0+ 62']);
});

test('dropping a message twice does not change the counts', () => {
  const { queue, add } = queueing();
  const cleared = queue.open();
  add.text('a', false, cleared);
  queue.clear(lost);
  assert.equal([queue.drop(cleared, lost), queue.queuedBytes], [true, 0]);
  const finished = queue.open();
  add.text('a', false, finished);
  queue.finish(lost);
  assert.equal([queue.drop(finished, lost), queue.drop(finished, lost), queue.queuedBytes], [true, true, 0]);
});

test('finish() keeps messages that have ended, and drops the others', () => {
  const { queue, told, add, all } = queueing();
  add.text('a');
  const message = queue.open();
  add.text('bcd', false, message);
  add.text('e');
  add.text('f', false);
  queue.finish(lost);
  assert.equal([told, queue.queuedBytes], [['bcd lost', 'f lost'], 2]);
  assert.equal([all(), queue.queuedBytes], [['1 61', '1 65'], 0]);
});

test('finish() works on an empty queue, and with a message that has neither begun nor ended', () => {
  const { queue, add, all } = queueing();
  queue.finish(lost);
  assert.is(queue.ready, false);
  add.text('a', false, queue.open());
  add.text('e');
  queue.finish(lost);
  assert.equal([all(), queue.queuedBytes], [['1 65'], 0]);
});

test('finish() cuts off a message that has been sent in part, and drops those after it', () => {
  const { queue, told, add, next, all } = queueing();
  const message = queue.open();
  add.text('a', false, message);
  next();
  queue.takeCompletions();
  add.text('b', false, message);
  add.text('c');
  queue.finish(lost);
  assert.equal([told, queue.queuedBytes], [['c lost'], 1]);
  assert.equal([all(), queue.queuedBytes], [['0+ 62'], 0]);
});

test('sends nothing more of a message that was cut off after its last queued part', () => {
  const { queue, add, next } = queueing();
  const message = queue.open();
  add.text('a', false, message);
  next();
  queue.finish(lost);
  assert.equal([queue.ready, queue.queuedMessages, next()], [true, 1, undefined]);
  assert.equal([queue.ready, queue.queuedMessages], [false, 0]);
});

test('queues parts that were accepted before', () => {
  const { queue, all } = queueing();
  const part = (payload: string, fields: Partial<OutgoingPart>) =>
    queue.pushPart({ ...prepared, ...fields, payload: fromHex(payload) }, 'shared', undefined);
  part('01', { last: false });
  part('02', { first: false, last: false });
  part('03', { first: false });
  assert.equal(all(), ['2+ 01', '0+ 02', '0 03']);
});

test('finish() keeps everything after a message that has begun and ended', () => {
  const { queue, add, next, all } = queueing({ maxFrameBytes: 1 });
  add.binary('0102');
  next();
  add.binary('03');
  const message = queue.open();
  add.binary('04', false, message);
  add.binary('05', true, message);
  queue.finish(lost);
  assert.equal(all(), ['0 02', '2 03', '2+ 04', '0 05']);
});

test('clear() forgets the open message', () => {
  const { queue, add, next, all } = queueing();
  add.text('a', false);
  queue.clear(lost);
  add.binary('01');
  assert.equal([all(), queue.queuedBytes, next()], [['2 01'], 0, undefined]);
});

test('ends a batch with the frame that brings it to the byte or the frame limit', () => {
  const { queue, add } = queueing();
  for (let i = 0; i < 10; i++) add.binary('0102');
  const gatherer = new ChunkGatherer();
  queue.fill(gatherer, 9, Infinity);
  assert.is(gatherer.byteLength, 12);
  queue.fill(gatherer, Infinity, 2);
  assert.is(gatherer.byteLength, 20);
  queue.fill(gatherer, 20, Infinity);
  assert.is(gatherer.byteLength, 20, 'it is full already');
});

test('compresses messages when they are sent, in sending order (RFC 7692 §6.1)', () => {
  const deflater = new FakeDeflater();
  const { queue, add, all } = queueing({
    compression: { deflater, thresholdBytes: 2, contextTakeover: true },
  });
  const message = queue.open();
  add.binary('0102');
  add.binary('03');
  add.binary('0405', false, message);
  add.binary('06', true, message);
  assert.equal(deflater.written, []);
  assert.equal(all(), ['2c+ fbfa', '0 f9', '2c fefd', '2 03']);
  assert.equal(deflater.written, ['0405', '06.', '0102.']);
});

test('sends a compressed message in one frame up to the limit, and in several above it (B2)', () => {
  for (const [maxFrameBytes, frames] of [
    [9, ['2c fefdfcfbfaf9f8f7f6']],
    [8, ['2c+ fefdfcfbfaf9f8f7', '0 f6']],
    [5, ['2c+ fefdfcfbfa', '0 f9f8f7f6']],
    [1, ['2c+ fe', '0+ fd', '0+ fc', '0+ fb', '0+ fa', '0+ f9', '0+ f8', '0+ f7', '0 f6']],
  ] as const) {
    const deflater = new FakeDeflater();
    const { add, all } = queueing({
      maxFrameBytes,
      compression: { deflater, thresholdBytes: 1, contextTakeover: true },
    });
    add.binary('010203040506070809');
    assert.equal(all(), [...frames]);
  }
});

test('ends a compressed message even if the compressor outputs nothing more', () => {
  const compression = { deflater: new FakeDeflater(), thresholdBytes: 1, contextTakeover: true };
  const { add, all } = queueing({ compression });
  add.text('a', false);
  add.text('');
  assert.equal(all(), ['1c+ 9e', '0 ']);
});

test('starts a compressed message with the first output of the compressor, whenever that comes', () => {
  const compression = { deflater: new FakeDeflater(true), thresholdBytes: 1, contextTakeover: true };
  const { add, next, all, left } = queueing({ compression });
  add.text('a', false);
  add.text('b', false);
  assert.equal([next(), left()], [undefined, 2]);
  add.text('c');
  assert.equal(all(), ['1c 9e9d9c']);
});

test('sends a separately compressed message as it is, and resets the compressor (RFC 7692 §7.2.3.2)', () => {
  const deflater = new FakeDeflater();
  const compression = { deflater, thresholdBytes: 1, contextTakeover: true };
  const { queue, add, all } = queueing({ compression });
  add.text('a');
  queue.pushPart({ ...prepared, compressed: true, deflated: true }, 'shared', undefined);
  add.text('b');
  assert.equal(all(), ['1c 9e', '2c 07', '1c 9d']);
  assert.equal(deflater.written, ['61.', 'reset', '62.']);
});

test('sends a shared frame on a server, and encodes another one on a client or for shorter frames', () => {
  const payload = fromHex('0708');
  const part: OutgoingPart = { ...prepared, payload, frame: fromHex(fromServer.binary(payload)) };
  const deflated: OutgoingPart = {
    ...part,
    compressed: true,
    deflated: true,
    frame: fromHex(fromServer.binary(payload, { rsv1: true })),
  };
  const cases: readonly (readonly [FrameWriter, number, string[]])[] = [
    [server, 2, ['1c 9e', '2 0708', '2c 0708', '1c 9d']],
    [server, 1, ['1c 9e', '2+ 07', '0 08', '2c+ 07', '0 08', '1c 9d']],
  ];
  for (const [writer, maxFrameBytes, frames] of cases) {
    const deflater = new FakeDeflater();
    const compression = { deflater, thresholdBytes: 1, contextTakeover: true };
    const { queue, add, all, told } = queueing({ compression, maxFrameBytes }, writer);
    add.text('a');
    queue.pushPart(part, 'shared', { sent: () => told.push('part'), lost: () => told.push('lost') });
    queue.pushPart(deflated, 'shared', undefined);
    assert.equal([queue.queuedBytes, queue.queuedMessages], [1 + 2 + 2, 3]);
    add.text('b');
    assert.equal(all(), frames);
    assert.equal(deflater.written, ['61.', 'reset', '62.']);
    assert.is(queue.queuedBytes, 0);
    for (const completion of queue.takeCompletions()!) completion.sent(false);
    assert.equal(told, ['a', 'part', 'b']);
  }
  const { queue } = queueing();
  queue.pushPart(part, 'shared', undefined);
  assert.is(chunks(queue)[0], part.frame);
  const masking = queueing({}, client).queue;
  masking.pushPart(part, 'shared', undefined);
  assert.is(hex(joinBytes(chunks(masking))), framesWith(fromHex('01020304')).binary('\x07\x08'));
  assert.equal(part.payload, fromHex('0708'));
});

test('is busy after a compressor has output 256 KiB of a frame, and continues with the next call (A4)', () => {
  const compression = { deflater: slowDeflater(600), thresholdBytes: 1, contextTakeover: true };
  const { queue, add } = queueing({ compression });
  add.text('a');
  add.prepared();
  const gatherer = new ChunkGatherer();
  for (const [bytes, busy] of [
    [0, true],
    [0, true],
    [600 * 1024 + 10 + 3, false],
  ] as const) {
    queue.fill(gatherer, Infinity, Infinity);
    assert.equal([gatherer.byteLength, queue.busy], [bytes, busy]);
    if (busy) assert.equal([queue.ready, queue.queuedMessages], [true, 2]);
  }
  assert.is(queue.queuedMessages, 0);
});

test('encodes a long text in slices as it is sent if it needs several frames (A4)', () => {
  const text = `${'aé😀'.repeat(50_000)}.`;
  for (const maxFrameBytes of [1000, 65_536, 100_000]) {
    const { queue } = queueing({ maxFrameBytes });
    queue.push({ type: 'text', data: text }, 'borrowed', undefined, undefined);
    const frames: Uint8Array[] = [];
    for (let gatherer = new ChunkGatherer(); ; gatherer = new ChunkGatherer()) {
      queue.fill(gatherer, 1, Infinity);
      if (gatherer.byteLength === 0) break;
      assert.ok(gatherer.byteLength <= Math.min(maxFrameBytes, 3 * 65_536) + 10);
      frames.push(joinBytes(gatherer.take()));
    }
    const payloads = frames.map(frame => frame.subarray(frame[1] === 127 ? 10 : frame[1] === 126 ? 4 : 2));
    assert.is(new TextDecoder().decode(joinBytes(payloads)) === text, true);
    assert.equal([frames[0]![0], frames[1]![0], frames.at(-1)![0]], [0x01, 0x00, 0x80]);
    assert.equal([queue.queuedBytes, queue.queuedMessages], [0, 0]);
  }
});

test('is busy after a compressor has read 256 KiB without output, and continues with the next call', () => {
  const compression = { deflater: new FakeDeflater(true), thresholdBytes: 1, contextTakeover: true };
  const { queue } = queueing({ compression });
  queue.push({ type: 'text', data: 'a'.repeat(600_000) }, 'borrowed', undefined, undefined);
  const gatherer = new ChunkGatherer();
  const calls: unknown[] = [];
  do {
    queue.fill(gatherer, Infinity, Infinity);
    calls.push([gatherer.byteLength, queue.busy]);
  } while (queue.busy);
  assert.equal(calls.slice(0, 2), [
    [0, true],
    [0, true],
  ]);
  assert.equal(calls.at(-1), [600_000 + 10, false]);
});

test('reports a part as lost with the rest if the compressor fails in any call', () => {
  for (const fails of ['write', 'read'] as const) {
    const deflater: MessageDeflater = new FakeDeflater();
    deflater[fails] = () => {
      throw new Error('broken');
    };
    const compression = { deflater, thresholdBytes: 1, contextTakeover: true };
    const { queue, told, add } = queueing({ compression });
    add.text('a');
    add.text('b');
    assert.throws(() => chunks(queue), /broken/);
    assert.is(queue.queuedMessages, 2);
    queue.clear(lost);
    assert.equal([told, queue.queuedBytes, queue.queuedMessages], [['a lost', 'b lost'], 0, 0]);
  }
});

test('requests a key again on sending if the source failed when the message was queued', () => {
  let calls = 0;
  const writer = new FrameWriter({
    role: 'client',
    randomBytes: byteLength => {
      calls += 1;
      if (calls === 1 || calls === 3) throw new Error('no entropy');
      return new Uint8Array(byteLength);
    },
  });
  const { queue, told, add } = queueing({}, writer);
  add.text('a');
  assert.is(hex(joinBytes(chunks(queue))), fromClient.text('a'));
  for (const completion of queue.takeCompletions()!) completion.sent(false);
  for (let i = 0; i < 15; i++) add.text('b');
  add.text('c');
  assert.is(calls, 3);
  assert.is(joinBytes(chunks(queue)).length, 16 * 7);
  assert.equal(told, ['a']);
});

test('copies borrowed bytes when they are queued (A22)', () => {
  for (const writer of [server, client]) {
    for (const bytes of [10, 2000, 6000]) {
      for (const last of [true, false]) {
        const { queue } = queueing({}, writer);
        const data = counted(bytes);
        queue.push({ type: 'binary', data, last }, 'borrowed', undefined, undefined);
        data.fill(0xff);
        const wire = joinBytes(chunks(queue));
        const payload = wire.slice(writer.headerBytes(bytes));
        if (writer === client) for (let i = 0; i < bytes; i++) payload[i]! ^= (i % 4) + 1;
        assert.equal(payload, counted(bytes));
      }
    }
  }
});

test('sends a payload of 1 KiB without a copy if it does not change; a client masks an owned one in place', () => {
  const cases: readonly (readonly [FrameWriter, Ownership, number, boolean])[] = [
    [server, 'owned', 1024, true],
    [server, 'shared', 1024, true],
    [server, 'owned', 1023, false],
    [server, 'borrowed', 1024, false],
    [client, 'owned', 1024, true],
    [client, 'shared', 1024, false],
    [client, 'borrowed', 1024, false],
  ];
  for (const [writer, ownership, bytes, asItIs] of cases) {
    const { queue } = queueing({}, writer);
    const data = counted(bytes);
    queue.push({ type: 'binary', data }, ownership, undefined, undefined);
    const all = chunks(queue);
    assert.is(all.at(-1)?.buffer === data.buffer, asItIs, `${writer.masks} ${ownership} ${bytes}`);
    const changes = writer === client && ownership === 'owned';
    assert.is(hex(data) === hex(counted(bytes)), !changes);
    const wire = joinBytes(all);
    const payload = wire.slice(writer.headerBytes(bytes));
    if (writer.masks) for (let i = 0; i < bytes; i++) payload[i]! ^= (i % 4) + 1;
    assert.equal(payload, counted(bytes));
  }
});

test('encodes text of every length and alphabet: short, long, ASCII and not', () => {
  for (const maxFrameBytes of [Infinity, 2000]) {
    for (const unit of ['a', 'é', '€', '𝄞']) {
      for (const units of [1, 1365, 1366, 3000, 30_000]) {
        for (const tail of ['', 'é', '€']) {
          for (const writer of [server, client]) {
            const text = unit.repeat(units / unit.length) + tail;
            const { queue } = queueing({ maxFrameBytes }, writer);
            queue.push({ type: 'text', data: text }, 'borrowed', undefined, undefined);
            assert.ok(textOf(joinBytes(chunks(queue)), maxFrameBytes) === text, `${unit} ${units} ${tail}`);
            assert.is(queue.queuedBytes, 0);
          }
        }
      }
    }
  }
});

/** Returns the text in frames of at most this many bytes. */
function textOf(wire: Uint8Array, maxFrameBytes: number): string {
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < wire.length; ) {
    const masked = wire[at + 1]! >= 0x80;
    let length = wire[at + 1]! & 0x7f;
    const wide = length === 126 ? 2 : length === 127 ? 8 : 0;
    if (wide > 0) length = Number(`0x${hex(wire.subarray(at + 2, at + 2 + wide))}`);
    assert.ok(length <= maxFrameBytes);
    at += 2 + wide + (masked ? 4 : 0);
    const payload = wire.slice(at, at + length);
    if (masked) for (let i = 0; i < length; i++) payload[i]! ^= (i % 4) + 1;
    payloads.push(payload);
    at += length;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(joinBytes(payloads));
}

test('keeps control frames in place, and never splits them (§5.5)', () => {
  const { queue, add, all } = queueing({ maxFrameBytes: 1 });
  const control = (type: 'ping' | 'close', payload: string) =>
    queue.pushPart({ ...prepared, type, payload: fromHex(payload) }, 'shared', undefined);
  add.text('ab', false);
  control('ping', '0102');
  add.text('c');
  control('close', closeBody(1000));
  assert.equal(all(), ['1+ 61', '0+ 62', '0 63', '9 0102', `8 ${closeBody(1000)}`]);
});

test('masks each frame of an owned message separately on a client', () => {
  const { queue } = queueing({ maxFrameBytes: 1500 }, client);
  queue.push({ type: 'binary', data: counted(3000) }, 'owned', undefined, undefined);
  const wire = joinBytes(chunks(queue));
  const payload = [...wire.slice(8, 1508), ...wire.slice(1516)].map((byte, i) => byte ^ ((i % 4) + 1));
  assert.equal(Uint8Array.from(payload), counted(3000));
});

test('reports each frame to the observer, with the unmasked payload if it wants payloads', () => {
  for (const wantsPayloads of [true, false]) {
    const frames: string[] = [];
    const observer = {
      wantsPayloads,
      frameSent(
        opcode: number,
        fin: boolean,
        rsv1: boolean,
        bytes: number,
        payload: Uint8Array | string | undefined,
      ) {
        const said = typeof payload === 'object' ? hex(payload).slice(0, 8) : payload;
        if (wantsPayloads) frames.push(`${opcode} ${fin} ${rsv1} ${bytes} ${said}`);
        else frames.push(`${opcode} ${fin} ${rsv1} ${bytes}`);
      },
    };
    const deflater = new FakeDeflater();
    const compression = { deflater, thresholdBytes: Infinity, contextTakeover: true };
    const queue = new MessageQueue({ maxFrameBytes: 5000, compression }, client, observer);
    const borrowed = fromHex('01020304');
    queue.push({ type: 'binary', data: borrowed }, 'borrowed', undefined, undefined);
    borrowed.fill(0xff);
    queue.push({ type: 'binary', data: counted(4000) }, 'owned', undefined, undefined);
    queue.push({ type: 'binary', data: counted(6000) }, 'owned', undefined, undefined);
    queue.push({ type: 'text', data: 'ab' }, 'borrowed', undefined, undefined);
    queue.push({ type: 'text', data: 'ab', compress: true }, 'borrowed', undefined, undefined);
    chunks(queue);
    const expected = [
      '2 true false 4 01020304',
      `2 true false 4000 ${hex(counted(4))}`,
      `2 false false 5000 ${hex(counted(4))}`,
      `0 true false 1000 ${hex(counted(5004).slice(5000))}`,
      '1 true false 2 ab',
      '1 true true 2 9e9d',
    ];
    assert.equal(
      frames,
      expected.map(line => (wantsPayloads ? line : line.slice(0, line.lastIndexOf(' ')))),
    );
  }
});

test('passes the observer a copy of a shared message', () => {
  for (const wantsPayloads of [true, false]) {
    const frame = fromServer.binary('\x07', { rsv1: true });
    const part: OutgoingPart = { ...prepared, compressed: true, deflated: true, frame: fromHex(frame) };
    const frames: unknown[][] = [];
    const observer = { wantsPayloads, frameSent: (...frame: unknown[]) => void frames.push(frame) };
    const queue = new MessageQueue({ maxFrameBytes: 5 }, server, observer);
    queue.pushPart(part, 'shared', undefined);
    assert.is(hex(joinBytes(chunks(queue))), frame);
    const [opcode, fin, rsv1, bytes, payload] = frames[0]!;
    assert.equal([opcode, fin, rsv1, bytes, payload], [2, true, true, 1, part.payload]);
    assert.is(payload === part.payload, !wantsPayloads);
  }
});

test('keeps frames that may wait for long in separate memory', () => {
  const { queue } = queueing();
  const encode = () => {
    queue.pushPart(prepared, 'shared', undefined);
    return chunks(queue)[0]!.buffer;
  };
  const shared = encode();
  queue.stalled = true;
  const own = encode();
  assert.is.not(own, shared);
  assert.is(own.byteLength, 512);
  assert.is(encode(), own);
  queue.stalled = false;
  assert.is.not(encode(), own);
});

/** Sends a message, and returns its chunks and its completions. */
function sent(queue: MessageQueue, data: Uint8Array | string, ownership: Ownership = 'borrowed') {
  const type = typeof data === 'string' ? 'text' : 'binary';
  queue.push({ type, data } as OutgoingBinary | OutgoingText, ownership, undefined, undefined);
  return { all: chunks(queue), completions: queue.takeCompletions() ?? [] };
}

test('uses the memory of long frames again after a transport has copied them', () => {
  for (const writer of [server, client]) {
    for (const data of [counted(5000), counted(65_536), 'a'.repeat(65_536), `${'a'.repeat(1400)}é`]) {
      const { queue } = queueing({}, writer);
      queue.reusesFrames = true;
      const first = sent(queue, data);
      const second = sent(queue, data);
      assert.equal([first.all.length, second.all.length], [1, 1]);
      assert.is.not(first.all[0]!.buffer, second.all[0]!.buffer, 'not sent yet');
      const wire = hex(second.all[0]!);
      for (const completion of first.completions) completion.sent(true);
      const third = sent(queue, data);
      assert.is(third.all[0]!.buffer, first.all[0]!.buffer);
      assert.is(hex(second.all[0]!), wire);
      assert.ok(hex(third.all[0]!) === wire);
      for (const { completions } of [second, third])
        for (const completion of completions) completion.sent(true);
    }
  }
});

test('does not use memory again if the frame was lost, the transport has not copied it, or frames may wait', () => {
  const { queue } = queueing();
  const data = counted(30_000);
  const buffers: unknown[] = [];
  const add = (settle: (completion: Completion) => void) => {
    const { all, completions } = sent(queue, data);
    buffers.push(all[0]!.buffer);
    completions.forEach(settle);
  };
  queue.reusesFrames = true;
  add(completion => completion.sent(false));
  add(completion => completion.lost(lost));
  queue.stalled = true;
  add(completion => completion.sent(true));
  queue.reusesFrames = false;
  queue.stalled = false;
  add(completion => completion.sent(true));
  queue.reusesFrames = true;
  add(() => {});
  assert.is(new Set(buffers).size, 5);
});

test('copies a whole message that would be a chunk of its own if memory is used again', () => {
  for (const [bytes, asItIs] of [
    [2000, false],
    [65_536, false],
    [65_537, true],
  ] as const) {
    const { queue } = queueing();
    queue.reusesFrames = true;
    const data = counted(bytes);
    const { all, completions } = sent(queue, data, 'owned');
    assert.is(all.at(-1)!.buffer === data.buffer, asItIs);
    for (const completion of completions) completion.sent(true);
  }
});

test('gives memory back at once if text does not fit into it', () => {
  const { queue } = queueing();
  queue.reusesFrames = true;
  const { all, completions } = sent(queue, 'a'.repeat(40_000));
  for (const completion of completions) completion.sent(true);
  const other = sent(queue, '€'.repeat(40_000));
  assert.equal([other.completions.length, other.all.at(-1)!.length], [0, 120_000]);
  const again = sent(queue, 'a'.repeat(40_000));
  assert.is(again.all[0]!.buffer, all[0]!.buffer);
  for (const completion of again.completions) completion.sent(true);
});

test('queues a prepared frame on many queues, and completes each of them', () => {
  const payload = fromHex('0102');
  const part: OutgoingPart = { ...prepared, payload, frame: fromHex(fromServer.binary(payload)) };
  const queues = [queueing(), queueing(), queueing()];
  for (const { queue } of queues) {
    queue.pushPart(part, 'shared', undefined);
    queue.pushPart(part, 'shared', undefined);
    assert.equal([queue.queuedBytes, queue.queuedMessages], [4, 2]);
  }
  for (const { all, queue } of queues) {
    assert.equal(all(), ['2 0102', '2 0102']);
    assert.equal([queue.queuedBytes, queue.queuedMessages], [0, 0]);
  }
  const other: OutgoingPart = {
    ...part,
    payload: fromHex('03'),
    frame: fromHex(fromServer.binary(fromHex('03'))),
  };
  const { queue, all } = queueing();
  queue.pushPart(part, 'shared', undefined);
  queue.pushPart(other, 'shared', undefined);
  assert.equal(all(), ['2 0102', '2 03']);
});

test.run();
