import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { droppedTail, emptyFinalBlock, hello, messageEnd, storedBlock } from './deflate-blocks.ts';
import { hex } from './hex.ts';

const test = suite('deflate blocks');

test('stores data after its length and the complement of the length (RFC 1951 §3.2.4)', () => {
  assert.is(hex(storedBlock('Hello')), '000500faff48656c6c6f');
  assert.is(hex(storedBlock('', { final: true })), '010000ffff');
  assert.is(hex(storedBlock(Uint8Array.of(1, 2), { declared: 12 })), '000c00f3ff0102');
  assert.equal(storedBlock('x'.repeat(0x1234)).subarray(0, 5), Uint8Array.of(0, 0x34, 0x12, 0xcb, 0xed));
});

test('builds the stored payload of RFC 7692 §7.2.3.3 and the dropped tail of §7.2.1', () => {
  assert.equal(hello.stored, Uint8Array.of(...storedBlock('Hello'), ...messageEnd));
  assert.is(hex(storedBlock('')), hex(messageEnd) + hex(droppedTail));
});

test('an empty block with fixed codes is the bits 1, 10 and seven 0 (RFC 1951 §3.2.6)', () => {
  assert.is(hex(emptyFinalBlock), '0300');
});

test.run();
