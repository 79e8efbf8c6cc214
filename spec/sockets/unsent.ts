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

test('tells at once who comes when nothing leaves any more', () => {
  const unsent = new Unsent();
  unsent.fail('why');
  const told: unknown[] = [];
  unsent.add(error => told.push(error));
  assert.equal(told, ['why']);
});

test.run();
