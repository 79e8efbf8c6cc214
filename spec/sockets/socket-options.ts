import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import type { DeflateCodec } from '../../lib/deflate/codec.ts';
import { compressionSettings, deflatingOf, socketConnection } from '../../lib/sockets/socket-options.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { hex, unhex } from '../support/hex.ts';

const test = suite('SocketOptions');

test('a connection of its own role, whatever the options smuggle in, that delivers as they say', () => {
  const smuggled = { role: 'client' } as object;
  const whole = socketConnection('server', smuggled);
  whole.write(unhex('018100000000' + '61'));
  assert.is(whole.read(), undefined);
  whole.write(unhex('808100000000' + '62'));
  assert.equal(whole.read(), { type: 'text', data: 'ab', last: true });
  const inParts = socketConnection('server', { ...smuggled, deliver: 'parts' });
  inParts.write(unhex('018100000000' + '61'));
  assert.equal(inParts.read(), { type: 'text', data: 'a', last: false });
});

test('masks as a client, with strong keys or with those it is given (§5.3)', () => {
  const chosen = socketConnection('client', { randomBytes: () => unhex('01010101') });
  chosen.send({ type: 'text', data: 'a' });
  assert.is(hex(chosen.transmit()!.bytes), '81810101010160');
  const strong = socketConnection('client', {});
  strong.send({ type: 'text', data: 'a' });
  strong.send({ type: 'text', data: 'a' });
  const { bytes } = strong.transmit()!;
  assert.equal([bytes.length, bytes[0], bytes[1]], [14, 0x81, 0x81]);
  assert.not.equal(bytes.slice(2, 6), bytes.slice(9, 13));
});

test('begins at the time of the clock', () => {
  const clock = new FakeClock();
  clock.moveTo(500);
  assert.is(socketConnection('server', { clock }).nextDeadline(), 20_500);
  const now = performance.now();
  assert.ok(socketConnection('server', {}).nextDeadline() >= now + 20_000);
});

/** What each side made of these, by the name of its machine. */
function agreed(options: { thresholdBytes?: number } = {}) {
  const made: unknown[] = [];
  const codec: DeflateCodec = {
    ...builtInCodec,
    createDeflater: given => {
      made.push(['deflater', given]);
      return builtInCodec.createDeflater(given);
    },
    createInflater: given => {
      made.push(['inflater', given]);
      return builtInCodec.createInflater(given);
    },
  };
  const settings = compressionSettings('server', { deflate: { ...options, codec } })!;
  const agreement = {
    serverContextTakeover: true,
    clientContextTakeover: false,
    serverMaxWindowBits: 12,
    clientMaxWindowBits: 10,
  };
  return { made, compression: { agreement, settings } };
}

test('compresses by what was agreed for our side, and inflates by what was for the other (RFC 7692 §7.1)', () => {
  const server = { windowBits: 12, contextTakeover: true };
  const client = { windowBits: 10, contextTakeover: false };
  const { made, compression } = agreed();
  socketConnection('server', {}, compression);
  assert.equal(made.splice(0), [
    ['deflater', server],
    ['inflater', { ...client, maxMessageBytes: 2 ** 20 }],
  ]);
  socketConnection('client', { maxMessageBytes: 7 }, compression);
  assert.equal(made, [
    ['deflater', client],
    ['inflater', { ...server, maxMessageBytes: 7 }],
  ]);
  const { codec } = compression.settings;
  assert.equal(deflatingOf('server', compression), { codec, windowBits: 12 });
  assert.equal(deflatingOf('client', compression), { codec, windowBits: 10 });
});

test('parts of messages have no limit of their own, compressed or not', () => {
  const { made, compression } = agreed();
  socketConnection('server', { deliver: 'parts' }, compression);
  const limits = made.map(one => (one as [string, { maxMessageBytes?: number }])[1].maxMessageBytes);
  assert.equal(limits, [undefined, Infinity]);
});

test('compresses from the threshold on, and takes what is compressed', () => {
  const { compression } = agreed({ thresholdBytes: 4 });
  const connection = socketConnection('server', {}, compression);
  connection.send({ type: 'text', data: 'abc' });
  assert.is(hex(connection.transmit()!.bytes), '8103616263');
  connection.send({ type: 'text', data: 'aaaa' });
  assert.is(connection.transmit()!.bytes[0], 0xc1);
  connection.write(unhex('c183' + '00000000' + '4a0400'));
  assert.equal(connection.read(), { type: 'text', data: 'a', last: true });
});

test('offers no compression unless it is asked for', () => {
  assert.is(compressionSettings('client', {}), undefined);
  assert.is(compressionSettings('client', { deflate: false }), undefined);
  assert.is(compressionSettings('client', { deflate: true })?.clientMaxWindowBits, 15);
});

test.run();
