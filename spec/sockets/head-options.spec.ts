import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { headRules } from '../../lib/sockets/head-options.ts';

const test = suite('HeadOptions');

test('has the options of the head decoder that a user may have to change', () => {
  const defaults = Object.entries(headRules()).map(([name, { fallback }]) => [name, fallback]);
  assert.equal(defaults, [
    ['maxHeadBytes', 65_536],
    ['maxHeadLineBytes', 8192],
    ['maxHeadLines', 128],
  ]);
});

test.run();
