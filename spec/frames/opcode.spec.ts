import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isControl, Opcode, opcodeName } from '../../lib/frames/opcode.ts';

const test = suite('Opcode');

test('has the numbers of the RFC (§5.2)', () => {
  assert.equal(Opcode, { Continuation: 0, Text: 1, Binary: 2, Close: 8, Ping: 9, Pong: 10 });
});

test('has a name for each opcode', () => {
  const defined = Object.values(Opcode).map(opcodeName);
  assert.equal(defined, ['continuation', 'text', 'binary', 'close', 'ping', 'pong']);
  assert.is(opcodeName(3), 'opcode 3');
});

test('isControl() is true if the highest bit is set (§5.5)', () => {
  for (let opcode = 0; opcode < 8; opcode++) assert.is(isControl(opcode), false, String(opcode));
  for (let opcode = 8; opcode < 16; opcode++) assert.is(isControl(opcode), true, String(opcode));
});

test.run();
