import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Unsent } from '../../lib/sockets/unsent.ts';

const test = suite('Unsent');

test('tells those who still wait, once', () => {
  const unsent = new Unsent();
  const told: unknown[] = [];
  const left = (error: unknown) => told.push(['left', error]);
  const lost = (error: unknown) => told.push(['lost', error]);
  unsent.add(left);
  unsent.add(lost);
  unsent.delete(left);
  unsent.fail('why');
  unsent.fail('again');
  assert.equal(told, [['lost', 'why']]);
});

test('whoever is told may wait again', () => {
  const unsent = new Unsent();
  let times = 0;
  const again = () => {
    times += 1;
    unsent.add(again);
  };
  unsent.add(again);
  unsent.fail('why');
  unsent.fail('why');
  assert.is(times, 2);
});

test.run();
