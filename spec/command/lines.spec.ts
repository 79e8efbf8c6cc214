import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { linesOf } from '../../lib/command/lines.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('lines');

async function read(bytes: Uint8Array, size: number): Promise<string[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const lines: string[] = [];
  for await (const line of linesOf(chunks())) lines.push(line);
  return lines;
}

test('splits lines in the same way, however the bytes are cut', async () => {
  const bytes = utf8('one\r\n\ntwo é 😀\rx\nlast');
  for (let size = 1; size <= bytes.length; size += 1) {
    assert.equal(await read(bytes, size), ['one', '', 'two é 😀\rx', 'last']);
  }
  assert.equal(await read(utf8('a\n'), 9), ['a']);
  assert.equal(await read(utf8(''), 9), []);
});

test('decodes a character that is cut off at the end as U+FFFD', async () => {
  assert.equal(await read(new Uint8Array([0x61, 0xc3]), 9), ['a\ufffd']);
});

test('reads no more than the consumer needs', async () => {
  let chunks = 0;
  async function* endless() {
    for (;;) {
      chunks += 1;
      yield utf8('a\nb\n');
    }
  }
  const lines = linesOf(endless());
  await lines.next();
  await lines.next();
  assert.is(chunks, 1);
  await lines.next();
  assert.is(chunks, 2);
});

test.run();
