import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FrameWriter, firstByte, frameEncoderOptions } from '../../lib/frames/frame-writer.ts';
import { Opcode } from '../../lib/frames/opcode.ts';
import { counted, hex, sameKey } from '../support/bytes.ts';
import { exampleKey, fromMaskingClient, fromServer } from '../support/named-frames.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('FrameWriter');

const key = hex(exampleKey);
const server = new FrameWriter({ role: 'server' });
const client = new FrameWriter({ role: 'client', randomBytes: sameKey(key) });

/** Writes at offset 3 of a poisoned array, asserts that nothing else changes, and returns the written bytes. */
function written(writer: FrameWriter, byte0: number, payload: Uint8Array | string): string {
  const room = typeof payload === 'string' ? 3 * payload.length : payload.length;
  const target = new Uint8Array(room + 20).fill(0xee);
  const end = writer.write(byte0, payload, target, 3);
  assert.equal([...target.subarray(0, 3)], [0xee, 0xee, 0xee]);
  if (typeof payload !== 'string') assert.ok(target.subarray(end).every(byte => byte === 0xee));
  return hex(target.subarray(3, end));
}

test('encodes FIN, RSV1 and the opcode in the first byte (§5.2)', () => {
  assert.is(firstByte(Opcode.Text, true, false), 0x81);
  assert.is(firstByte(Opcode.Binary, false, true), 0x42);
  assert.is(firstByte(Opcode.Continuation, false, false), 0x00);
  assert.is(firstByte(Opcode.Close, true, false), 0x88);
  assert.is(firstByte(Opcode.Text, true, true), 0xc1);
});

test('writes the examples of the RFC (§5.7)', () => {
  const hello = utf8('Hello');
  for (const payload of [hello, 'Hello']) {
    assert.is(written(server, 0x81, payload), '810548656c6c6f');
    assert.is(written(client, 0x81, payload), '818537fa213d7f9f4d5158');
  }
  assert.is(written(server, 0x8a, ''), '8a00');
  assert.is(written(client, 0x89, new Uint8Array(0)), '898037fa213d');
});

const heads: readonly (readonly [bytes: number, server: string, client: string])[] = [
  [0, '8200', `8280${key}`],
  [125, '827d', `82fd${key}`],
  [126, '827e007e', `82fe007e${key}`],
  [65_535, '827effff', `82feffff${key}`],
  [65_536, '827f0000000000010000', `82ff0000000000010000${key}`],
];

test('uses the shortest length form at each border, for bytes and for text (§5.2)', () => {
  for (const [bytes, plain, withKey] of heads) {
    const payload = counted(bytes);
    assert.ok(written(server, 0x82, payload) === plain + hex(payload), `${bytes}`);
    assert.ok(written(client, 0x82, payload) === fromMaskingClient.binary(payload), `${bytes}`);
    const text = 'a'.repeat(bytes);
    const ascii = new Uint8Array(bytes).fill(0x61);
    assert.ok(written(server, 0x82, text) === plain + hex(ascii), `${bytes} units`);
    assert.ok(written(client, 0x82, text) === fromMaskingClient.binary(ascii), `${bytes} units`);
    assert.is(server.headerBytes(bytes), plain.length / 2);
    assert.is(client.headerBytes(bytes), withKey.length / 2);
  }
});

test('moves text whose bytes need a longer length form than its units', () => {
  for (const [units, head] of [
    [42, '817e 007e'],
    [100, '817e 012c'],
    [21_845, '817e ffff'],
    [21_846, '817f 0000000000010002'],
    [65_535, '817f 000000000002fffd'],
  ] as const) {
    const text = '€'.repeat(units);
    assert.ok(fromServer.text(text).startsWith(head.replace(' ', '')));
    assert.ok(written(server, 0x81, text) === fromServer.text(text), `${units} units`);
    assert.ok(written(client, 0x81, text) === fromMaskingClient.text(text), `${units} units`);
  }
});

test('computes the length of the payload from the length of the frame', () => {
  for (const writer of [server, client]) {
    for (const bytes of [0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 1_000_000]) {
      assert.is(writer.payloadBytes(bytes + writer.headerBytes(bytes)), bytes);
    }
  }
});

test('writes only a header, and masks the payload of a client in place', () => {
  for (const [bytes, plain, withKey] of heads) {
    const payload = counted(bytes);
    const target = new Uint8Array(20);
    assert.is(hex(target.subarray(2, server.writeAround(0x82, payload, target, 2))), plain);
    assert.ok(hex(payload) === hex(counted(bytes)));
    assert.is(hex(target.subarray(2, client.writeAround(0x82, payload, target, 2))), withKey);
    assert.ok(withKey + hex(payload) === fromMaskingClient.binary(counted(bytes)));
  }
});

test('writes a header before a payload that has space for it, and masks the payload of a client', () => {
  for (const [bytes, plain, withKey] of heads) {
    const target = new Uint8Array(14 + bytes + 2);
    const end = 14 + bytes;
    target.set(counted(bytes), 14);
    assert.is(server.writeBefore(0x82, target, 14, end), 14 - plain.length / 2);
    assert.ok(hex(target.subarray(14 - plain.length / 2, end)) === plain + hex(counted(bytes)));
    assert.is(client.writeBefore(0x82, target, 14, end), 14 - withKey.length / 2);
    assert.ok(
      hex(target.subarray(14 - withKey.length / 2, end)) === fromMaskingClient.binary(counted(bytes)),
    );
    assert.equal([...target.subarray(end)], [0, 0]);
  }
});

test('masks each frame with a different key (§5.3)', () => {
  let next = 0;
  const writer = new FrameWriter({
    role: 'client',
    randomBytes: byteLength => Uint8Array.from({ length: byteLength }, () => next++),
  });
  assert.equal(
    [1, 2, 3].map(() => written(writer, 0x81, '')),
    ['818000010203', '818004050607', '818008090a0b'],
  );
});

test('throws the error of the source of keys before it changes the payload', () => {
  const writer = new FrameWriter({
    role: 'client',
    randomBytes: () => {
      throw new Error('no entropy');
    },
  });
  const payload = counted(10);
  const target = new Uint8Array(40);
  assert.throws(() => writer.write(0x82, payload, target, 0), /no entropy/);
  assert.throws(() => writer.write(0x81, 'a', target, 0), /no entropy/);
  assert.throws(() => writer.writeAround(0x82, payload, target, 0), /no entropy/);
  assert.equal(payload, counted(10));
});

test('masks and requires randomBytes as a client, but not as a server, and rejects other roles', () => {
  assert.equal([server.masks, client.masks], [false, true]);
  assert.throws(
    () => new FrameWriter({ role: 'client' }),
    /randomBytes must be a function, because a client masks its frames/,
  );
  assert.throws(() => new FrameWriter({ role: 'peer' as 'server' }), /role/);
});

test('has the options of a FrameEncoder', () => {
  const { role, randomBytes } = frameEncoderOptions.check({ role: 'server' });
  assert.equal([role, randomBytes], ['server', undefined]);
  assert.throws(() => frameEncoderOptions.check({ role: 'client', mask: true } as never), /no option "mask"/);
});

test.run();
