import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeLatin1, encodeLatin1, writeLatin1 } from '../../lib/bytes/latin1.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('latin1');

test('maps each byte to the character with the same number, and back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const text = decodeLatin1(bytes);
  assert.is(text.length, 256);
  for (let byte = 0; byte < 256; byte++) {
    assert.is(text.charCodeAt(byte), byte);
    assert.is(decodeLatin1(Uint8Array.of(byte)), String.fromCharCode(byte));
  }
  assert.equal(encodeLatin1(text), bytes);
});

test('maps ASCII to the same bytes as UTF-8 does', () => {
  const head = 'GET / HTTP/1.1\r\nHost: example.com\r\n\r\n';
  const bytes = utf8(head);
  assert.equal(encodeLatin1(head), bytes);
  assert.is(decodeLatin1(bytes), head);
  assert.equal(encodeLatin1(''), new Uint8Array(0));
});

test('never decodes as UTF-8', () => {
  for (const bytes of [
    [0xc3, 0xa9],
    [0xef, 0xbb, 0xbf],
    [0xef, 0xbf, 0xbd],
    [0xf0, 0x9d, 0x84, 0x9e],
    [0xff, 0xfe],
    [0x61, 0x80, 0x62],
    [0xef, 0xbf, 0xbd, 0xff],
  ]) {
    const text = decodeLatin1(Uint8Array.from(bytes));
    assert.equal(
      [...text].map(character => character.charCodeAt(0)),
      bytes,
    );
    assert.equal([...encodeLatin1(text)], bytes);
  }
});

test('decodes more bytes than a call may have arguments', () => {
  for (const byte of [0x61, 0xe9]) {
    const text = decodeLatin1(new Uint8Array(300_000).fill(byte));
    assert.ok(text === String.fromCharCode(byte).repeat(300_000));
  }
});

test('encodes long text as it does short text', () => {
  for (const text of ['a', 'é', 'aé', '\xff']) {
    for (const count of [1, 64, 65, 128, 129, 300]) {
      const long = text.repeat(count);
      const expected = Array.from(long, character => character.charCodeAt(0));
      assert.equal([...encodeLatin1(long)], expected, `${count} times ${text}`);
    }
  }
});

test('writes text into an array, and returns its end', () => {
  const target = new Uint8Array(5).fill(0x2e);
  assert.is(writeLatin1('aé', target, 1), 3);
  assert.is(decodeLatin1(target), '.aé..');
  assert.is(writeLatin1('', target, 5), 5);
});

test.run();
