import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Fifo } from '../../lib/base/fifo.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';

const test = suite('Fifo');

test('gives back in the order it took', () => {
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

test('gives undefined when nothing waits, and goes on', () => {
  const fifo = new Fifo<string>();
  assert.is(fifo.shift(), undefined);
  fifo.push('a');
  assert.is(fifo.shift(), 'a');
  assert.is(fifo.shift(), undefined);
  assert.is(fifo.length, 0);
});

test('shows the oldest item, which stays', () => {
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

test('forgets everything when cleared, on both ends', () => {
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

test('does as an array does, whatever is called', () => {
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

test('takes 200,000 items in one go without slowing down', () => {
  const fifo = new Fifo<number>();
  for (let i = 0; i < 200_000; i++) fifo.push(i);
  for (let i = 0; i < 200_000; i++) if (fifo.shift() !== i) assert.unreachable(`not ${i}`);
  assert.is(fifo.length, 0);
});

test.run();
