import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLatin1 } from '../../lib/bytes/latin1.ts';
import { sha1 } from '../../lib/bytes/sha1.ts';
import { hex } from '../support/hex.ts';

const test = suite('sha1');

test('returns the digests of RFC 3174 §7.3', () => {
  assert.is(hex(sha1(encodeLatin1('abc'))), 'a9993e364706816aba3e25717850c26c9cd0d89d');
  assert.is(
    hex(sha1(encodeLatin1('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'))),
    '84983e441c3bd26ebaae4aa1f95129e5e54670f1',
  );
  assert.is(hex(sha1(encodeLatin1('01234567'.repeat(80)))), 'dea356a2cddd90c7a7ecedc5ebb563934f460452');
  assert.is(hex(sha1(new Uint8Array())), 'da39a3ee5e6b4b0d3255bfef95601890afd80709');
});

test('agrees with another implementation at every length around block boundaries', () => {
  const bytes = Uint8Array.from({ length: 260 }, (_, index) => (index * 167 + 13) & 255);
  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.subarray(0, length);
    assert.is(hex(sha1(part)), createHash('sha1').update(part).digest('hex'), String(length));
  }
});

test('hashes the bytes of a subarray, not of its buffer', () => {
  const bytes = encodeLatin1('xxabcxx').subarray(2, 5);
  assert.is(hex(sha1(bytes)), 'a9993e364706816aba3e25717850c26c9cd0d89d');
});

test.run();
