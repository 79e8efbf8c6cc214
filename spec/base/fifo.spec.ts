import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Fifo } from '../../lib/base/fifo.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';

const test = suite('Fifo');

test('returns items in the order they were added', () => {
  const fifo = new Fifo<number>();
  fifo.push(1);
  fifo.push(2);
  assert.is(fifo.shift(), 1);
  fifo.push(3);
  assert.is(fifo.length, 2);
  assert.is(fifo.shift(), 2);
  assert.is(fifo.shift(), 3);
  assert.is(fifo.length, 0);
});

test('returns undefined when it is empty, and can be used again', () => {
  const fifo = new Fifo<string>();
  assert.is(fifo.shift(), undefined);
  fifo.push('a');
  assert.is(fifo.shift(), 'a');
  assert.is(fifo.shift(), undefined);
  assert.is(fifo.length, 0);
});

test('shows the oldest item without removing it', () => {
  const fifo = new Fifo<number>();
  assert.is(fifo.first, undefined);
  fifo.push(1);
  fifo.push(2);
  assert.is(fifo.first, 1);
  assert.equal([fifo.first, fifo.length], [1, 2]);
  fifo.shift();
  fifo.push(3);
  assert.is(fifo.first, 2);
});

test('is empty at both ends after clear', () => {
  const fifo = new Fifo<number>();
  fifo.push(1);
  fifo.push(2);
  fifo.shift();
  fifo.push(3);
  fifo.clear();
  assert.is(fifo.length, 0);
  assert.is(fifo.shift(), undefined);
  fifo.push(4);
  assert.is(fifo.shift(), 4);
});

test('behaves like an array for any sequence of calls', () => {
  const random = seededRandom(1);
  const fifo = new Fifo<number>();
  const model: number[] = [];
  for (let i = 0; i < 5000; i++) {
    if (random(2) === 0) {
      fifo.push(i);
      model.push(i);
    } else assert.is(fifo.shift(), model.shift());
    assert.equal([fifo.length, fifo.first], [model.length, model[0]]);
  }
});

test('holds 200,000 items without slowing down', () => {
  const fifo = new Fifo<number>();
  for (let i = 0; i < 200_000; i++) fifo.push(i);
  for (let i = 0; i < 200_000; i++) if (fifo.shift() !== i) assert.unreachable(`not ${i}`);
  assert.is(fifo.length, 0);
});

test.run();
