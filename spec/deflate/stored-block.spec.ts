import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { storedBlock } from '../../lib/deflate/stored-block.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { fromHex } from '../support/hex.ts';
import { StrictInflater } from '../support/strict-inflater.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('storedBlock');

test('returns a block with the bytes (RFC 1951 §3.2.4)', () => {
  assert.equal(storedBlock(utf8('Hello')), fromHex('00 0500 faff 48656c6c6f'));
  assert.equal(storedBlock(new Uint8Array(0)), fromHex('00 0000 ffff'));
});

test('contains up to 65,535 bytes', () => {
  for (const length of [255, 256, 32_768, 65_535]) {
    const bytes = new Uint8Array(length).fill(7);
    assert.equal(new StrictInflater(15).inflate(concatenated([storedBlock(bytes), fromHex('00')])), bytes);
  }
});

test.run();
