import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeLatin1, encodeLatin1 } from '../../lib/bytes/latin1.ts';

const test = suite('latin1');

test('maps each octet to the character of the same number, and back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, octet) => octet);
  const text = decodeLatin1(bytes);
  assert.is(text.length, 256);
  for (let octet = 0; octet < 256; octet++) assert.is(text.charCodeAt(octet), octet);
  assert.equal(encodeLatin1(text), bytes);
});

test('takes more octets than a call takes arguments', () => {
  assert.is(decodeLatin1(new Uint8Array(300_000).fill(0x61)), 'a'.repeat(300_000));
});

test.run();
