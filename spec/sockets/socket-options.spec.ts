import { constants, deflateRawSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocketError } from '../../lib/base/websocket-error.ts';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import type { DeflateCodec } from '../../lib/deflate/codec.ts';
import { FrameEncoder } from '../../lib/frames/frame-encoder.ts';
import { deflatingOf, socketConnection } from '../../lib/sockets/socket-options.ts';
import { sameKey } from '../support/bytes.ts';
import { hello } from '../support/deflate-blocks.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { fromHex, hex } from '../support/hex.ts';
import { framesWith, fromClient, fromServer } from '../support/named-frames.ts';
import { readAll, through } from '../support/reading.ts';
import { settledSocket } from '../support/settled.ts';

const test = suite('SocketOptions');

test('makes a connection of the role, with the delivery of the options', () => {
  const whole = socketConnection('server', settledSocket('server'));
  whole.receive(fromHex(fromClient.text('a', { fin: false })));
  assert.is(whole.read(), undefined);
  whole.receive(fromHex(fromClient.continuation('b')));
  assert.equal(whole.read(), { type: 'text', data: 'ab', last: true });
  const inParts = socketConnection('server', settledSocket('server', { deliver: 'parts' }));
  inParts.receive(fromHex(fromClient.text('a', { fin: false })));
  assert.equal(inParts.read(), { type: 'text', data: 'a', last: false });
  assert.throws(() => settledSocket('server', { role: 'client' } as object), /no option "role"/);
});

test('masks as a client, with random keys or those of the options (§5.3)', () => {
  const chosen = socketConnection('client', settledSocket('client', { randomBytes: sameKey('01010101') }));
  chosen.send({ type: 'text', data: 'a' });
  assert.is(hex(chosen.transmit()!.bytes), framesWith(fromHex('01010101')).text('a'));
  const strong = socketConnection('client', settledSocket('client', {}));
  strong.send({ type: 'text', data: 'a' });
  strong.send({ type: 'text', data: 'a' });
  const { bytes } = strong.transmit()!;
  assert.equal([bytes.length, bytes[0], bytes[1]], [14, 0x81, 0x81]);
  assert.not.equal(bytes.slice(2, 6), bytes.slice(9, 13));
});

test('rejects an invalid signal and an invalid tap', () => {
  for (const options of [{ closeSignal: 5 }, { tap: 5 }]) {
    const [name] = Object.keys(options);
    assert.throws(() => settledSocket('server', options as object), new RegExp(`^${name} must be`));
  }
});

test('starts at the time of the clock', () => {
  const clock = new FakeClock();
  clock.moveTo(500);
  assert.is(socketConnection('server', settledSocket('server', { clock })).nextDeadline(), 20_500);
  const now = performance.now();
  assert.ok(socketConnection('server', settledSocket('server', {})).nextDeadline() >= now + 20_000);
});

/** Parameters that differ for each side, so that the spec notices if they are swapped. */
const agreement = {
  clientMaxWindowBits: 9,
  clientContextTakeover: false,
  serverMaxWindowBits: 12,
  serverContextTakeover: true,
};

test('compresses with our parameters, and decompresses with the peer’s', () => {
  for (const role of ['client', 'server'] as const) {
    const made: object[] = [];
    const codec: DeflateCodec = {
      ...builtInCodec,
      createDeflater: options => {
        made.push(options);
        return builtInCodec.createDeflater(options);
      },
      createInflater: options => {
        made.push(options);
        return builtInCodec.createInflater(options);
      },
    };
    const settings = settledSocket(role, { deflate: { codec, thresholdBytes: 7 } }).deflate!;
    const client = { windowBits: 9, contextTakeover: false };
    const server = { windowBits: 12, contextTakeover: true };
    socketConnection(role, settledSocket(role, { maxMessageBytes: 5 }), { agreement, settings });
    const [ours, theirs] = role === 'client' ? [client, server] : [server, client];
    assert.equal(made, [ours, { ...theirs, maxMessageBytes: 5 }]);
  }
});

test('sends uncompressed as a client whose codec has no window as small as the server demands', () => {
  const refused = () => assert.unreachable('a deflater for a window that the codec does not have');
  const codec: DeflateCodec = { ...builtInCodec, minWindowBits: 10, createDeflater: refused as never };
  const options = settledSocket('client', {
    deflate: { codec, thresholdBytes: 0 },
    randomBytes: sameKey('00000000'),
  });
  const compression = { agreement, settings: options.deflate! };
  const connection = socketConnection('client', options, compression);
  connection.send({ type: 'text', data: 'Hello' });
  assert.is(hex(connection.transmit()!.bytes), fromClient.text('Hello'));
  connection.receive(fromHex(fromServer.text(hello.fixed, { rsv1: true })));
  assert.equal(connection.read(), { type: 'text', data: 'Hello', last: true });
  assert.is(deflatingOf('client', compression), undefined);
});

test('has its limits in either role, compressed or not', () => {
  const zeros = (length: number) =>
    deflateRawSync(new Uint8Array(length), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  for (const [role, limit] of [
    ['client', 2 ** 24],
    ['server', 2 ** 20],
  ] as const) {
    const settings = settledSocket(role, { deflate: true }).deflate!;
    for (const compression of [undefined, { agreement, settings }]) {
      for (const excess of [0, 1]) {
        const connection = socketConnection(role, settledSocket(role), compression);
        const payload = compression ? zeros(limit + excess) : new Uint8Array(limit + excess);
        const peer = new FrameEncoder({
          role: role === 'client' ? 'server' : 'client',
          randomBytes: length => new Uint8Array(length),
        });
        const frame = { opcode: 2, fin: true, rsv1: compression !== undefined, payload } as const;
        connection.receive(Buffer.concat(through(peer, frame)));
        if (excess === 0) assert.is((readAll(connection)[0] as { data: Uint8Array }).data.length, limit);
        else
          assert.throws(
            () => readAll(connection),
            (error: WebSocketError) => error.closeCode === 1009,
          );
      }
    }
  }
});

test('negotiates compression by default as a client, not as a server', () => {
  assert.is(settledSocket('client', {}).deflate?.clientMaxWindowBits, 15);
  assert.is(settledSocket('client', { deflate: false }).deflate, undefined);
  assert.is(settledSocket('server', {}).deflate, undefined);
  assert.is(settledSocket('server', { deflate: true }).deflate?.serverMaxWindowBits, 15);
});

test('has no limit for parts of messages', () => {
  const connection = socketConnection('server', settledSocket('server', { deliver: 'parts' }));
  connection.receive(fromHex(fromClient.binary('a', { declared: 2 ** 32 })));
  assert.equal(connection.read(), { type: 'binary', data: fromHex('61'), last: false });
});

test('compresses a prepared message with our parameters', () => {
  const codec: DeflateCodec = { ...builtInCodec };
  for (const [role, windowBits] of [
    ['client', 9],
    ['server', 12],
  ] as const) {
    const settings = settledSocket(role, { deflate: { codec } }).deflate!;
    const deflating = deflatingOf(role, { agreement, settings })!;
    assert.is(deflating.codec, codec);
    assert.is(deflating.windowBits, windowBits);
  }
});

test.run();
