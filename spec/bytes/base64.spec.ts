import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeBase64 } from '../../lib/bytes/base64.ts';
import { encodeLatin1 } from '../../lib/bytes/latin1.ts';

const test = suite('encodeBase64');

test('encodes the test vectors of RFC 4648 §10', () => {
  const vectors = ['', 'Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg==', 'Zm9vYmE=', 'Zm9vYmFy'];
  vectors.forEach((expected, length) => {
    assert.is(encodeBase64(encodeLatin1('foobar'.slice(0, length))), expected);
  });
});

test('encodes every byte', () => {
  assert.is(encodeBase64(new Uint8Array([0x00, 0x7f, 0x80, 0xfb, 0xff, 0xfe])), 'AH+A+//+');
});

test.run();
