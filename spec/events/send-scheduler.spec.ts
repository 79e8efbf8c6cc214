import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SendScheduler, type SendSchedulerOptions } from '../../lib/events/send-scheduler.ts';
import type { Completion } from '../../lib/events/transmission.ts';
import type { OutgoingPart } from '../../lib/messages/message-part.ts';
import { counted, sameKey } from '../support/bytes.ts';
import { FakeDeflater, slowDeflater } from '../support/fake-codec.ts';
import { fromHex, hex } from '../support/hex.ts';
import { fromMaskingClient, fromServer } from '../support/named-frames.ts';

const test = suite('SendScheduler');

const normal = { closeCode: 1000, reason: '' };
const away = { closeCode: 1001, reason: '' };
const lost = new Error('lost');

/** A scheduler of a server, and a record of the completions. */
function scheduling(options: Partial<SendSchedulerOptions> = {}) {
  const scheduler = new SendScheduler({ role: 'server', ...options });
  const told: string[] = [];
  const completion = (name: string): Completion => ({
    sent: () => told.push(name),
    lost: error => told.push(`${name} ${(error as Error).message}`),
  });
  const text = (data: string, last = true, message?: ReturnType<SendScheduler['openMessage']>) =>
    scheduler.send({ type: 'text', data, last }, 'borrowed', completion(data), message);
  const binary = (bytes: number) =>
    scheduler.send({ type: 'binary', data: new Uint8Array(bytes) }, 'borrowed', completion(`${bytes}`));
  /** Returns the next bytes, and reports them as sent. */
  const next = () => {
    const transmission = scheduler.next();
    transmission?.sent();
    return transmission && hex(transmission.bytes);
  };
  return { scheduler, told, completion, text, binary, next };
}

const prepared: OutgoingPart = {
  type: 'binary',
  compressed: true,
  first: true,
  last: true,
  payload: fromHex('07'),
  deflated: true,
};

test('sends small messages together, and reports each as sent', () => {
  const { scheduler, told, text, next } = scheduling({ maxFrameBytes: 4 });
  assert.equal([scheduler.ready, next()], [false, undefined]);
  text('a');
  text('bcdefg');
  assert.is(scheduler.ready, true);
  assert.is(
    next(),
    fromServer.text('a') + fromServer.text('bcde', { fin: false }) + fromServer.continuation('fg'),
  );
  assert.equal([scheduler.ready, next(), told], [false, undefined, ['a', 'bcdefg']]);
});

test('uses the memory of a transmission again after a transport has copied it', () => {
  for (const copied of [true, false]) {
    const { scheduler, binary } = scheduling();
    scheduler.reusesFrames = true;
    const buffers = [1, 2].map(() => {
      binary(20_000);
      const transmission = scheduler.next()!;
      transmission.sent(copied);
      return transmission.chunks[0]!.buffer;
    });
    assert.is(buffers[0] === buffers[1], copied);
  }
});

test('sends pongs and pings before messages, and still some messages each time (§5.4, 5.5)', () => {
  const { scheduler, text, next } = scheduling();
  text('a');
  scheduler.ping(fromHex('03'));
  scheduler.pong(fromHex('01'));
  scheduler.pong(fromHex('02'));
  assert.is(
    next(),
    fromServer.pong('\x01') + fromServer.pong('\x02') + fromServer.ping('\x03') + fromServer.text('a'),
  );
});

test('sends a pong between two frames of a large message, never inside one', () => {
  const { scheduler, told, binary, next } = scheduling();
  binary(131_073);
  assert.ok(next()!.startsWith(fromServer.binary('', { fin: false, declared: 65_536 })));
  scheduler.pong(fromHex('01'));
  const fragment = fromServer.continuation('', { fin: false, declared: 65_536 });
  assert.ok(next()!.startsWith(fromServer.pong('\x01') + fragment));
  assert.equal(told, []);
  assert.equal([next(), told], [fromServer.continuation('\x00'), ['131073']]);
});

test('limits a batch to 32 KiB, and to 1024 frames', () => {
  const { told, text, binary, next } = scheduling();
  for (let i = 0; i < 1200; i++) text('');
  assert.is(next(), fromServer.text('').repeat(1024));
  assert.is(told.length, 1024);
  assert.is(next(), fromServer.text('').repeat(176));
  for (let i = 0; i < 8; i++) binary(16_383);
  const sizes = [1, 2, 3, 4].map(() => next()!.length / 2);
  assert.equal([sizes, next()], [[32_774, 32_774, 32_774, 32_774], undefined]);
});

test('splits a frame above 128 KiB into transmissions, with nothing between them, and counts the rest', () => {
  for (const size of [65_536, 131_062, 131_063, 400_000]) {
    const { scheduler, told, next } = scheduling({ maxFrameBytes: Infinity });
    const data = counted(size);
    const completion = { sent: () => told.push('sent'), lost: () => told.push('lost') };
    scheduler.send({ type: 'binary', data }, 'owned', completion);
    scheduler.send({ type: 'text', data: 'a' }, 'borrowed', undefined);
    let wire = '';
    for (let left = size; ; ) {
      const transmission = scheduler.next()!;
      if (wire === '') scheduler.pong(fromHex('01'));
      assert.is(transmission.byteLength, transmission.bytes.length);
      assert.ok(transmission.byteLength <= 131_072);
      wire += hex(transmission.bytes);
      left = size + 10 - wire.length / 2;
      if (left <= 0) {
        assert.equal([scheduler.queuedBytes, scheduler.queuedMessages], [1, 1]);
        assert.equal(told, []);
        transmission.sent();
        assert.equal(told, ['sent']);
        break;
      }
      assert.equal([scheduler.queuedBytes, scheduler.queuedMessages], [left + 1, 2]);
      assert.equal([scheduler.ready, told], [true, []]);
      transmission.sent();
    }
    assert.ok(wire === fromServer.binary(data), `${size}`);
    assert.is(next(), fromServer.pong('\x01') + fromServer.text('a'));
  }
});

test('a Close that waits for the rest of a frame does not count as sent', () => {
  const { scheduler, binary, next } = scheduling({ maxFrameBytes: Infinity });
  binary(200_000);
  next();
  scheduler.close(normal, lost);
  for (let i = 0; i < 3; i++) {
    assert.equal([scheduler.sent, scheduler.finished], [undefined, false]);
    next();
  }
  assert.is(scheduler.sent, undefined);
  assert.is(next(), fromServer.close(1000));
  assert.equal([scheduler.sent, scheduler.finished, next()], [normal, true, undefined]);
});

test('a Close in the same batch as the rest of a frame counts as sent with the last of it', () => {
  const { scheduler, completion, told } = scheduling({ maxFrameBytes: Infinity });
  // Just below the size at which a batch ends.
  scheduler.send({ type: 'binary', data: new Uint8Array(32_700) }, 'owned', completion('a'));
  scheduler.send({ type: 'binary', data: new Uint8Array(132_000) }, 'owned', completion('b'));
  scheduler.close(normal, lost);
  const first = scheduler.next()!;
  assert.equal([scheduler.sent, first.byteLength], [undefined, 65_536]);
  scheduler.next();
  const last = scheduler.next()!;
  assert.equal([scheduler.sent, hex(last.bytes).slice(-8)], [normal, fromServer.close(1000)]);
  last.sent();
  assert.equal(told, ['a', 'b']);
});

test('reports a part without a frame of its own as sent', () => {
  const { told, text, next } = scheduling();
  text('a', false);
  assert.is(next(), fromServer.text('a', { fin: false }));
  text('', false);
  assert.equal([next(), told, next()], ['', ['a', ''], undefined]);
});

test('keeps the latest 16 pongs, in order (§5.5.3)', () => {
  const { scheduler, next } = scheduling();
  for (let i = 0; i < 17; i++) scheduler.pong(Uint8Array.of(i));
  const latest = Array.from({ length: 16 }, (_, i) => fromServer.pong(Uint8Array.of(i + 1)));
  assert.equal([next(), next()], [latest.join(''), undefined]);
});

test('limits a flood of pings to 16 pongs while nothing can be sent', () => {
  const { scheduler, next } = scheduling();
  for (let i = 0; i < 100_000; i++) scheduler.pong(new Uint8Array(125));
  assert.equal([next()!.length / 2, next()], [16 * 127, undefined]);
});

test('copies the payload of a pong, and reports a ping as sent', () => {
  const { scheduler, told, completion, text, next } = scheduling();
  const data = fromHex('01');
  scheduler.pong(data);
  data[0] = 0xff;
  scheduler.ping(fromHex('02'), completion('first'));
  scheduler.ping(fromHex('03'));
  assert.is(next(), fromServer.pong('\x01') + fromServer.ping('\x02') + fromServer.ping('\x03'));
  assert.equal(told, ['first']);
  text('a');
  scheduler.ping(fromHex('04'), completion('second'));
  next();
  assert.equal(told, ['first', 'second', 'a']);
});

test('sends a Close after everything queued before it, in the same transmission if it fits', () => {
  const { scheduler, text, next } = scheduling();
  for (let i = 0; i < 1025; i++) text('');
  scheduler.close(normal, lost);
  scheduler.close(away, lost);
  assert.is(next(), fromServer.text('').repeat(1024));
  assert.equal([scheduler.sent, scheduler.finished, scheduler.ready], [undefined, false, true]);
  assert.is(next(), fromServer.text('') + fromServer.close(1000));
  assert.equal([scheduler.sent, scheduler.finished, scheduler.ready], [normal, true, false]);
});

test('sends a Close after pongs and pings, and only pongs after it (§5.5.1, 5.5.2)', () => {
  const { scheduler, text, next } = scheduling();
  scheduler.pong(fromHex('01'));
  scheduler.ping(fromHex('02'));
  scheduler.close(normal, lost);
  assert.is(next(), fromServer.pong('\x01') + fromServer.ping('\x02') + fromServer.close(1000));
  text('a');
  scheduler.ping(fromHex('03'));
  assert.is(next(), undefined);
  scheduler.pong(fromHex('04'));
  assert.equal([scheduler.sent, scheduler.finished, scheduler.ready], [normal, false, true]);
  assert.equal([next(), scheduler.finished], [fromServer.pong('\x04'), true]);
});

test('sends an urgent Close before all messages and pings, which are lost, but after the pongs', () => {
  const { scheduler, told, completion, binary, next } = scheduling();
  binary(100_000);
  next();
  scheduler.pong(fromHex('01'));
  scheduler.ping(fromHex('02'), completion('ping'));
  scheduler.close(normal, lost);
  scheduler.closeNow(away, lost);
  assert.equal([scheduler.sent, told], [undefined, ['100000 lost', 'ping lost']]);
  assert.equal(
    [next(), scheduler.sent, next()],
    [fromServer.pong('\x01') + fromServer.close(1001), away, undefined],
  );
});

test('sends the first of two urgent Closes, and none after a Close was sent', () => {
  const { scheduler, next } = scheduling();
  scheduler.closeNow(away, lost);
  scheduler.closeNow(normal, lost);
  scheduler.close(normal, lost);
  assert.is(next(), fromServer.close(1001));
  scheduler.closeNow(normal, lost);
  assert.equal([next(), scheduler.sent], [undefined, away]);
});

test('holds nothing that an urgent Close or the end has dropped', () => {
  for (const drop of ['closeNow', 'end'] as const) {
    const { scheduler, told, binary } = scheduling();
    binary(200_000);
    assert.is(scheduler.queuedBytes, 200_000);
    if (drop === 'end') scheduler.end(lost);
    else scheduler.closeNow(away, lost);
    assert.equal([scheduler.queuedBytes, scheduler.queuedMessages, told], [0, 0, ['200000 lost']]);
  }
});

test('sends nothing after the end, not even the rest of a frame, and reports everything as lost', () => {
  const { scheduler, told, completion, binary, text, next } = scheduling({ maxFrameBytes: Infinity });
  binary(200_000);
  next();
  text('a');
  scheduler.pong(fromHex('01'));
  scheduler.ping(fromHex('02'), completion('ping'));
  scheduler.ping(fromHex('03'));
  scheduler.end(lost);
  scheduler.pong(fromHex('04'));
  scheduler.closeNow(normal, lost);
  scheduler.close(normal, lost);
  assert.equal(
    [scheduler.ready, next(), scheduler.sent, scheduler.finished],
    [false, undefined, undefined, false],
  );
  assert.equal([scheduler.queuedBytes, scheduler.queuedMessages], [0, 0]);
  assert.equal(told.sort(), ['200000 lost', 'a lost', 'ping lost']);
  scheduler.end(lost);
  assert.is(told.length, 3);
});

test('masks frames of a client, also control frames (§5.3)', () => {
  const { scheduler, text, next } = scheduling({ role: 'client', randomBytes: sameKey('37fa213d') });
  text('Hello');
  scheduler.ping(fromHex(''));
  assert.is(next(), fromMaskingClient.ping() + fromMaskingClient.text('Hello'));
});

test('splits no message up to maxFrameBytes, 64 KiB by default', () => {
  const { binary, next } = scheduling({ maxFrameBytes: 125 });
  binary(250);
  const half = new Uint8Array(125);
  assert.is(next(), fromServer.binary(half, { fin: false }) + fromServer.continuation(half));
  const other = scheduling();
  other.binary(65_536);
  assert.ok(other.next()!.startsWith(fromServer.binary('', { declared: 65_536 })));
  assert.throws(() => scheduling({ maxFrameBytes: 0 }), /maxFrameBytes/);
});

test('lets later messages wait for an open one, but not control frames', () => {
  const { scheduler, told, text, completion, next } = scheduling();
  const message = scheduler.openMessage();
  text('b');
  scheduler.sendPart(prepared, completion('prepared'));
  scheduler.pong(fromHex('01'));
  assert.is(next(), fromServer.pong('\x01'));
  text('a', false, message);
  assert.is(next(), fromServer.text('a', { fin: false }));
  scheduler.ping(fromHex('02'));
  assert.is(next(), fromServer.ping('\x02'));
  text('', true, message);
  assert.is(
    next(),
    fromServer.continuation() + fromServer.text('b') + fromServer.binary('\x07', { rsv1: true }),
  );
  assert.equal([told, next()], [['a', '', 'b', 'prepared'], undefined]);
});

test('counts queued parts, and drops an open message of which nothing has been sent', () => {
  const { scheduler, told, text, next } = scheduling();
  const message = scheduler.openMessage();
  text('abc', false, message);
  text('d');
  assert.equal([scheduler.queuedBytes, scheduler.queuedMessages], [4, 2]);
  assert.equal([scheduler.dropMessage(message, lost), told], [true, ['abc lost']]);
  assert.equal([scheduler.queuedBytes, scheduler.queuedMessages], [1, 1]);
  assert.equal([next(), scheduler.queuedBytes], [fromServer.text('d'), 0]);
  const begun = scheduler.openMessage();
  text('a', false, begun);
  next();
  assert.is(scheduler.dropMessage(begun, lost), false);
});

test('sends a Close after a message that has begun, and instead of one that has not (§5.4)', () => {
  const half = scheduling();
  const begun = half.scheduler.openMessage();
  half.text('a', false, begun);
  assert.is(half.next(), fromServer.text('a', { fin: false }));
  half.text('b');
  half.scheduler.close(normal, lost);
  assert.equal(
    [half.next(), half.scheduler.queuedBytes, half.told],
    [fromServer.close(1000), 0, ['a', 'b lost']],
  );
  const idle = scheduling();
  idle.scheduler.openMessage();
  idle.text('b');
  idle.scheduler.close(normal, lost);
  assert.is(idle.next(), fromServer.text('b') + fromServer.close(1000));
});

test('reports each sent frame to the observer, also a Close and pongs', () => {
  const frames: unknown[] = [];
  const observer = {
    wantsPayloads: false,
    frameSent: (...frame: unknown[]) => frames.push(frame.slice(0, 4)),
  };
  const scheduler = new SendScheduler({ role: 'server' }, observer);
  scheduler.pong(fromHex('01'));
  scheduler.ping(fromHex(''));
  scheduler.send({ type: 'binary', data: fromHex('010203') }, 'borrowed');
  scheduler.close(normal, lost);
  assert.equal(frames, []);
  scheduler.next();
  assert.equal(frames, [
    [10, true, false, 1],
    [9, true, false, 0],
    [2, true, false, 3],
    [8, true, false, 2],
  ]);
});

test('sends frames encoded before an error, then keeps throwing it', () => {
  const deflater = new FakeDeflater();
  deflater.write = () => {
    throw new Error('broken');
  };
  const compression = { deflater, thresholdBytes: 10, contextTakeover: true };
  const { scheduler, told, text, next } = scheduling({ compression });
  text('a');
  text('b'.repeat(10));
  text('c');
  assert.equal([next(), told], [fromServer.text('a'), ['a']]);
  for (let i = 0; i < 3; i++) assert.throws(next, /broken/);
  scheduler.pong(fromHex('01'));
  assert.throws(next, /broken/);
  scheduler.end(lost);
  assert.equal(told, ['a', `${'b'.repeat(10)} lost`, 'c lost']);
});

test('throws an error at once if nothing was encoded before it', () => {
  const failure = new Error('no entropy');
  const scheduler = new SendScheduler({
    role: 'client',
    randomBytes: () => {
      throw failure;
    },
  });
  scheduler.ping(fromHex('01'));
  assert.throws(() => scheduler.next(), /no entropy/);
  assert.throws(() => scheduler.next(), /no entropy/);
});

test('is busy while a compressor works for long, and continues in a later task (A4)', () => {
  const deflater = slowDeflater(300);
  const compression = { deflater, thresholdBytes: 1, contextTakeover: true };
  const { scheduler, told, text, next } = scheduling({ compression, maxFrameBytes: Infinity });
  text('a');
  assert.equal([next(), scheduler.busy, scheduler.ready], [undefined, true, true]);
  scheduler.pong(fromHex('01'));
  let wire = '';
  for (let part = next(); part !== undefined; part = next()) wire += part;
  const message = fromServer.text('', { rsv1: true, declared: 300 * 1024 });
  assert.ok(wire.startsWith(fromServer.pong('\x01') + message));
  assert.equal([wire.length / 2, scheduler.busy, told], [3 + 10 + 300 * 1024, false, ['a']]);
});

test('pins no memory of other connections with frames queued while the transport stalls', () => {
  const { scheduler, text } = scheduling();
  const bufferOf = () => {
    text('a');
    return scheduler.next()!.chunks[0]!.buffer;
  };
  scheduler.stalled = true;
  assert.is(bufferOf().byteLength, 512);
  const own = bufferOf();
  scheduler.stalled = false;
  assert.is.not(bufferOf(), own);
});

test.run();
