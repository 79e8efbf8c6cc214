import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, hex } from './hex.ts';
import { closeBody, fromClient, fromMaskingClient, fromServer, utf8Hex } from './named-frames.ts';

const test = suite('named frames');

const dense = (hex: string) => hex.replaceAll(' ', '');

test('builds the frames of the examples (RFC 6455 §5.7)', () => {
  for (const [built, quoted] of [
    [fromServer.text('Hello'), '81 05 48 65 6c 6c 6f'],
    [fromMaskingClient.text('Hello'), '81 85 37 fa 21 3d 7f 9f 4d 51 58'],
    [fromServer.text('Hel', { fin: false }), '01 03 48 65 6c'],
    [fromServer.continuation('lo'), '80 02 6c 6f'],
    [fromServer.ping('Hello'), '89 05 48 65 6c 6c 6f'],
    [fromMaskingClient.pong('Hello'), '8a 85 37 fa 21 3d 7f 9f 4d 51 58'],
    [fromServer.binary(new Uint8Array(256)), `82 7e 01 00 ${'00'.repeat(256)}`],
    [fromServer.binary(new Uint8Array(65_536)), `82 7f 00 00 00 00 00 01 00 00 ${'00'.repeat(65_536)}`],
  ] as const) {
    assert.is(built, dense(quoted));
  }
});

test('sets one bit for each field of the first byte (§5.2)', () => {
  for (const [fields, first] of [
    [{}, '81'],
    [{ fin: false }, '01'],
    [{ rsv1: true }, 'c1'],
    [{ rsv2: true }, 'a1'],
    [{ rsv3: true }, '91'],
    [{ fin: false, rsv1: true, rsv2: true, rsv3: true }, '71'],
  ] as const) {
    assert.is(fromServer.text('', fields), `${first}00`);
  }
  for (let opcode = 0; opcode < 16; opcode++) {
    assert.is(fromServer.frame(opcode), hex(Uint8Array.of(0x80 | opcode, 0)));
  }
  const { text, binary, continuation, ping, pong, close } = fromServer;
  assert.equal(
    [continuation, text, binary, close, ping, pong].map(build => build()),
    ['8000', '8100', '8200', '8800', '8900', '8a00'],
  );
});

test('writes the length in as few bytes as possible, unless told otherwise (§5.2)', () => {
  for (const [length, header] of [
    [125, '827d'],
    [126, '827e 007e'],
    [65_535, '827e ffff'],
    [65_536, '827f 0000000000010000'],
    [2 ** 32 + 5, '827f 0000000100000005'],
    [2n ** 64n - 1n, '827f ffffffffffffffff'],
  ] as const) {
    assert.is(fromServer.binary('', { declared: length }), dense(header));
  }
  assert.is(fromServer.text('a', { declared: 5 }), '810561');
  assert.is(fromServer.text('a', { lengthBytes: 2 }), dense('817e 0001 61'));
  assert.is(fromServer.text('a', { lengthBytes: 8 }), dense('817f 0000000000000001 61'));
  assert.is(fromClient.text('', { declared: 126 }), dense('81fe 007e 00000000'));
});

test('builds a Close from its code and reason (§5.5.1)', () => {
  assert.is(fromServer.close(1000), '880203e8');
  assert.is(fromServer.close(4000, 'é'), dense('8804 0fa0 c3a9'));
  assert.is(fromServer.close(1000, Uint8Array.of(0xff)), dense('8803 03e8 ff'));
  assert.is(fromServer.close(1000, '', { fin: false }), '080203e8');
  assert.is(fromClient.close(1000), dense('8882 00000000 03e8'));
  assert.is(fromClient.close(), dense('8880 00000000'));
  assert.is(closeBody(4000, 'bye'), dense('0fa0 627965'));
});

test('leaves a payload as it is with a key of zeros, and takes texts and bytes (§5.3)', () => {
  assert.is(fromClient.text('é'), dense('8182 00000000 c3a9'));
  assert.is(fromClient.binary(Uint8Array.of(0xc3, 0xa9)), dense('8282 00000000 c3a9'));
  assert.is(utf8Hex('é€'), 'c3a9e282ac');
});

test('reads hex with spaces and repeated bytes, but nothing that is cut inside a byte', () => {
  assert.equal(fromHex('8101 61*2 Ff'), Uint8Array.of(0x81, 1, 0x61, 0x61, 0xff));
  assert.throws(() => fromHex('8101 6'), 'hex must end with a whole byte (got 5 digits)');
  assert.throws(() => fromHex('8101 6g'), 'hex must be digits (got "6g")');
});

test.run();
