import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Deferred } from '../../lib/base/deferred.ts';
import { fate } from '../support/settling.ts';

const test = suite('Deferred');

test('settles its own promise, also if others were made after it', async () => {
  const [first, second, third] = [new Deferred<number>(), new Deferred<number>(), new Deferred<number>()];
  second.resolve(2);
  first.reject(new Error('no'));
  assert.is(await second.promise, 2);
  assert.equal(await fate(first.promise), await fate(Promise.reject(new Error('no'))));
  assert.is(await fate(third.promise), 'pending');
  third.resolve(3);
  assert.is(await third.promise, 3);
});

test('leaves no unhandled rejection', async () => {
  new Deferred().reject(new Error('not handled'));
  // The runner reports unhandled rejections as failures of the suite.
  await new Promise(resolve => setTimeout(resolve, 0));
});

test.run();
