import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import type { DeflateCodec } from '../../lib/deflate/codec.ts';
import { deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { systemClock } from '../../lib/sockets/deadline-timer.ts';
import { PreparedMessage } from '../../lib/sockets/prepared-message.ts';
import type { AgreedCompression } from '../../lib/sockets/socket-options.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { seededKeys } from '../../lib/testing/seeded-keys.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex } from '../support/hex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand, socketOver } from '../support/socket-over.ts';
import { StrictInflater } from '../support/strict-inflater.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('PreparedMessage');

/** Returns the built-in codec, and a list of the windows for which deflaters were made. */
function countingCodec() {
  const made: number[] = [];
  const codec: DeflateCodec = {
    ...builtInCodec,
    createDeflater(options) {
      made.push(options.windowBits);
      assert.is(options.contextTakeover, false);
      return builtInCodec.createDeflater(options);
    },
  };
  return { codec, made };
}

const agreed = (windowBits = 15, contextTakeover = true): AgreedCompression => ({
  agreement: {
    serverContextTakeover: contextTakeover,
    clientContextTakeover: contextTakeover,
    serverMaxWindowBits: windowBits,
    clientMaxWindowBits: windowBits,
  },
  settings: deflateSettings('server', true)!,
});

const long = 'the same words again, '.repeat(20);

test('holds text or bytes, and reports its length', () => {
  const text = new PreparedMessage('aü');
  assert.is(text.byteLength, 3);
  assert.equal(text.part(undefined), {
    type: 'text',
    first: true,
    last: true,
    compressed: false,
    payload: utf8('aü'),
    frame: fromHex(fromServer.text('aü')),
  });
  assert.is(text.part(undefined), text.part(undefined));
  assert.is(new PreparedMessage(Uint8Array.of(1)).part(undefined).type, 'binary');
  assert.is(new PreparedMessage(Uint8Array.of(1).buffer).byteLength, 1);
});

test('copies its bytes', () => {
  const data = Uint8Array.of(1);
  const message = new PreparedMessage(data);
  data[0] = 2;
  assert.equal(message.part(undefined).payload, Uint8Array.of(1));
});

test('is compressed once for each codec and window size (RFC 7692 §7.2.1)', () => {
  const { codec, made } = countingCodec();
  const message = new PreparedMessage(long);
  for (const windowBits of [15, 15, 9, 9, 15]) {
    const part = message.part({ codec, windowBits });
    assert.equal([part.compressed, part.deflated], [true, true]);
    assert.is(message.part({ codec, windowBits }), part);
    const payload = part.payload as Uint8Array;
    assert.equal([...part.frame!], [0xc1, payload.length, ...payload]);
    const inflated = new StrictInflater(windowBits).inflate(part.payload as Uint8Array);
    assert.is(new TextDecoder().decode(inflated), long);
  }
  assert.equal(made, [15, 9]);
  const other = countingCodec();
  message.part({ codec: other.codec, windowBits: 15 });
  assert.equal(other.made, [15]);
});

test('is sent uncompressed if compression does not make it shorter', () => {
  const { codec, made } = countingCodec();
  const message = new PreparedMessage('a');
  for (let i = 0; i < 2; i++) assert.is(message.part({ codec, windowBits: 15 }).compressed, false);
  assert.equal(made, [15]);
  assert.is(new PreparedMessage('').part({ codec, windowBits: 15 }).compressed, false);
});

test('compresses a large message whole', () => {
  const data = new Uint8Array(300_000).map((_, i) => (i * i) >> 7);
  const part = new PreparedMessage(data).part({ codec: builtInCodec, windowBits: 15 });
  assert.equal(new StrictInflater(15).inflate(part.payload as Uint8Array), data);
});

test('is sent by a server unchanged, before later writes', async () => {
  const { duplex, socket } = openByHand();
  const message = new PreparedMessage('hi');
  await Promise.all([socket.sendPrepared(message), socket.writable.getWriter().write('b')]);
  await socket.sendPrepared(new PreparedMessage(Uint8Array.of(255)));
  assert.is(
    duplex.wire,
    fromServer.text('hi') + fromServer.text('b') + fromServer.binary(Uint8Array.of(0xff)),
  );
});

test('is masked by a client anew each time, without a change to itself (§5.3)', async () => {
  const duplex = new HandDuplex();
  const socket = socketOver('client', duplex, { randomBytes: seededKeys(1) });
  const message = new PreparedMessage('hi');
  await socket.sendPrepared(message);
  await socket.sendPrepared(message);
  const frames = duplex.wire.match(/.{16}/g)!;
  assert.is(frames.length, 2);
  assert.is.not(frames[0], frames[1]);
  for (const frame of frames) {
    const bytes = fromHex(frame);
    assert.equal([bytes[0], bytes[1]], [0x81, 0x82]);
    assert.equal([bytes[6]! ^ bytes[2]!, bytes[7]! ^ bytes[3]!], [0x68, 0x69]);
  }
});

test('mixes with the messages of a compressor, which is reset after it, for each window', async () => {
  for (const role of ['server', 'client'] as const) {
    for (const windowBits of [9, 15]) {
      for (const takeover of [true, false]) {
        const [near, far] = duplexPair();
        const peer = role === 'server' ? 'client' : 'server';
        const socket = socketOver(role, near, {}, systemClock, agreed(windowBits, takeover));
        const other = socketOver(peer, far, {}, systemClock, agreed(windowBits, takeover));
        const writer = socket.writable.getWriter();
        const reader = other.readable.getReader();
        const message = new PreparedMessage(`${long} prepared`);
        for (let i = 0; i < 3; i++) {
          for (const plain of [long, 'short', long + i]) {
            void writer.write(plain);
            assert.is((await reader.read()).value, plain);
          }
          for (let twice = 0; twice < 2; twice++) {
            void socket.sendPrepared(message);
            assert.is((await reader.read()).value, `${long} prepared`);
          }
        }
        socket.close();
        await Promise.all([socket.closed, other.closed]);
      }
    }
  }
});

test('settles when the duplex has taken it, and rejects as send() does', async () => {
  const the = openByHand({}, new HandDuplex(false));
  await settle();
  const message = new PreparedMessage('hi');
  const first = the.socket.sendPrepared(message);
  const second = the.socket.sendPrepared(message);
  assert.is(the.socket.bufferedAmount, 2 + 2);
  assert.equal([await fate(first), await fate(second)], ['pending', 'pending']);
  the.duplex.settleWrite();
  assert.equal([await fate(first), await fate(second)], ['fulfilled', 'fulfilled']);
  const [third, sent] = [the.socket.sendPrepared(message), the.socket.send('hi')];
  await settle();
  the.duplex.breakOutput('reset');
  const lost = await fate(third);
  assert.is((lost as Error).name, 'WebSocketError');
  assert.is(lost, await fate(sent));
  assert.is(await fate(the.socket.sendPrepared(message)), lost);
  const closing = openByHand();
  closing.socket.close();
  assert.is(((await fate(closing.socket.sendPrepared(message))) as Error).name, 'InvalidStateError');
  assert.is(closing.duplex.wire, fromServer.close());
  closing.duplex.give(fromClient.close());
  closing.duplex.end();
  await closing.socket.closed;
});

test('is not compressed if compress is false', () => {
  const { codec, made } = countingCodec();
  const message = new PreparedMessage(long, { compress: false });
  assert.is(message.part({ codec, windowBits: 15 }).compressed, false);
  assert.equal(made, []);
});

test('rejects other data and unknown options', () => {
  for (const data of [7, null, undefined, ['a'], {}]) {
    assert.throws(
      () => new PreparedMessage(data as never),
      /^data must be a string, a buffer or a view of one/,
    );
  }
  assert.throws(() => new PreparedMessage('a', { compres: true } as never), /did you mean "compress"/);
});

test.run();
