import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { headerFields, headerLength, opcodeName } from '../../../../demo/inspector/wire/header-fields.ts';

const test = suite('inspector: header fields');

const bytes = (...values: number[]) => Uint8Array.from(values);

test('tells the length of a header from its first two bytes', () => {
  assert.is(headerLength(bytes()), 2);
  assert.is(headerLength(bytes(0x81)), 2);
  assert.is(headerLength(bytes(0x81, 125)), 2);
  assert.is(headerLength(bytes(0x81, 126)), 4);
  assert.is(headerLength(bytes(0x81, 127)), 10);
  assert.is(headerLength(bytes(0x81, 0x85)), 6);
  assert.is(headerLength(bytes(0x81, 0xff)), 14);
});

test('reads every field of a masked header with a length of 64 bits (§5.2)', () => {
  const header = bytes(0xf9, 0xff, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4);
  assert.equal(headerFields(header), {
    fin: true,
    rsv1: true,
    rsv2: true,
    rsv3: true,
    opcode: 9,
    masked: true,
    length7: 127,
    extendedLength: bytes(0, 0, 0, 1, 0, 0, 0, 2),
    maskingKey: bytes(1, 2, 3, 4),
    payloadBytes: 2 ** 32 + 2,
  });
});

test('reads an unmasked header with a short length', () => {
  const { fin, rsv1, opcode, masked, maskingKey, payloadBytes } = headerFields(bytes(0x02, 5));
  assert.equal([fin, rsv1, opcode, masked, payloadBytes], [false, false, 2, false, 5]);
  assert.is(maskingKey.length, 0);
});

test('names opcodes, reserved ones too', () => {
  assert.equal([0, 1, 2, 8, 9, 10, 3].map(opcodeName), [
    'continuation',
    'text',
    'binary',
    'close',
    'ping',
    'pong',
    'reserved 3',
  ]);
});

test.run();
