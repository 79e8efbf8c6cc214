import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mask, maskByBytes, maskByWords, readKey, rotateKey } from '../../lib/bytes/mask.ts';
import { counted, fromHex, hex } from '../support/bytes.ts';

const test = suite('mask');

const keyBytes = fromHex('37fa213d');
const key = readKey(keyBytes, 0);

/** The algorithm of RFC 6455 §5.3: byte i is combined with byte i mod 4 of the key. */
function reference(bytes: Uint8Array, phase: number): Uint8Array {
  return bytes.map((byte, i) => byte ^ keyBytes[(i + phase) % 4]!);
}

test('masks "Hello" as the RFC does, and unmasks it again (§5.7)', () => {
  const hello = fromHex('48656c6c6f');
  mask(hello, key);
  assert.is(hex(hello), '7f9f4d5158');
  mask(hello, key);
  assert.is(hex(hello), '48656c6c6f');
});

test('reads a key at any offset, its first byte lowest', () => {
  assert.is(readKey(fromHex('0100000000'), 0), 1);
  assert.is(readKey(fromHex('ee 01020304'), 1), 0x04030201);
  assert.is(readKey(fromHex('ffffffff'), 0), -1);
  assert.is(readKey(fromHex('00000080'), 0), 0x80000000 | 0);
});

test('rotates a key by any number of bytes, also above 2^32', () => {
  assert.is(rotateKey(key, 0), key);
  assert.is(rotateKey(key, 1), readKey(fromHex('fa213d37'), 0));
  assert.is(rotateKey(key, 2), readKey(fromHex('213d37fa'), 0));
  assert.is(rotateKey(key, 3), readKey(fromHex('3d37fa21'), 0));
  assert.is(rotateKey(key, 4), key);
  assert.is(rotateKey(key, 2 ** 32 + 1), rotateKey(key, 1));
  assert.is(rotateKey(key, 2 ** 53 - 1), rotateKey(key, 3));
});

test('equals the reference for lengths 0 to 147, offsets 0 to 7 and all phases, and changes no other byte', () => {
  for (let length = 0; length <= 147; length++) {
    for (let offset = 0; offset < 8; offset++) {
      for (let phase = 0; phase < 4; phase++) {
        const bytes = counted(length + 16);
        const expected = counted(length + 16);
        expected.set(reference(expected.subarray(offset, offset + length), phase), offset);
        mask(bytes, rotateKey(key, phase), offset, offset + length);
        assert.is(hex(bytes), hex(expected), `${length} bytes at ${offset}, phase ${phase}`);
      }
    }
  }
});

test('masks by words as it does by bytes, also in views at odd offsets', () => {
  for (const length of [48, 49, 50, 51, 52, 63, 64, 65, 79, 80, 95, 96, 127, 128, 1000]) {
    for (let offset = 0; offset < 8; offset++) {
      for (let start = 0; start < 4; start++) {
        const words = new Uint8Array(counted(length + 16).buffer, offset, length + 4);
        const plain = words.slice();
        maskByWords(words, key, start, start + length);
        maskByBytes(plain, key, start, start + length);
        assert.is(hex(words), hex(plain), `${length} bytes at ${offset} + ${start}`);
        const rest = counted(length + 16).subarray(offset);
        assert.is(hex(words.subarray(0, start)), hex(rest.subarray(0, start)));
        assert.is(hex(words.subarray(start + length)), hex(rest.subarray(start + length, length + 4)));
      }
    }
  }
});

test('masks in memory order on any machine', () => {
  for (const maskIt of [maskByBytes, maskByWords]) {
    const zeros = new Uint8Array(64);
    maskIt(zeros, key, 0, 64);
    assert.is(hex(zeros), '37fa213d'.repeat(16));
  }
});

test('masks in parts as it does at once, for any cut', () => {
  const whole = reference(counted(150), 0);
  for (let cut = 0; cut <= 150; cut++) {
    const bytes = counted(150);
    mask(bytes, key, 0, cut);
    mask(bytes, rotateKey(key, cut), cut);
    assert.is(hex(bytes), hex(whole), `cut at ${cut}`);
  }
});

test('masks all bytes by default', () => {
  for (const length of [5, 100]) {
    const bytes = counted(length);
    mask(bytes, key);
    assert.is(hex(bytes), hex(reference(counted(length), 0)));
  }
});

test('masks shared memory', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(100));
  mask(shared, key);
  assert.is(hex(shared), '37fa213d'.repeat(25));
});

test.run();
