import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Transmission } from '../../lib/events/transmission.ts';
import { fromHex, hex } from '../support/hex.ts';

const test = suite('Transmission');

test('returns its chunks as they are, or joined', () => {
  const chunks = [fromHex('01'), fromHex('0203')];
  const transmission = new Transmission(chunks, 3, undefined);
  assert.is(transmission.chunks, chunks);
  assert.equal([transmission.byteLength, hex(transmission.bytes)], [3, '010203']);
  const [only] = chunks;
  assert.is(new Transmission([only!], 1, undefined).bytes, only);
  assert.is(new Transmission([], 0, undefined).bytes.length, 0);
});

test('tells all completions that the bytes were sent, or why they were lost', () => {
  const told: unknown[] = [];
  const completion = (name: string) => ({
    sent: () => told.push(name),
    lost: (error: unknown) => told.push([name, error]),
  });
  const reset = new Error('reset');
  const sent = new Transmission([], 0, [completion('a'), completion('b')]);
  sent.sent();
  const lost = new Transmission([], 0, [completion('c'), completion('d')]);
  lost.lost(reset);
  assert.equal(told, ['a', 'b', ['c', reset], ['d', reset]]);
  for (const transmission of [sent, lost]) {
    transmission.sent();
    transmission.lost(reset);
  }
  assert.is(told.length, 4, 'once');
});

test('tells completions whether the transport has copied the bytes; it has not unless the caller says so', () => {
  const told: boolean[] = [];
  const completion = { sent: (copied: boolean) => void told.push(copied), lost() {} };
  new Transmission([], 0, [completion]).sent();
  new Transmission([], 0, [completion]).sent(true);
  assert.equal(told, [false, true]);
});

test('does nothing without completions', () => {
  const transmission = new Transmission([], 0, undefined);
  transmission.sent();
  transmission.lost(new Error('reset'));
  assert.is(transmission.byteLength, 0);
});

test.run();
