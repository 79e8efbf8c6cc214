import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Grace } from '../../lib/connection/grace.ts';

const test = suite('Grace');

test('a deadline has passed at its millisecond', () => {
  const grace = new Grace();
  assert.is(grace.judgedAt(50), 50);
  assert.equal([grace.passed(50, 49), grace.passed(50, 50), grace.passed(50, 150)], [false, true, true]);
});

test('a deadline that is looked at more than 100 ms late is postponed by 100 ms, once (B7)', () => {
  const grace = new Grace();
  assert.is(grace.passed(50, 151), false);
  assert.is(grace.judgedAt(50), 251);
  assert.equal([grace.passed(50, 250), grace.passed(50, 251), grace.passed(50, 1e9)], [false, true, true]);
});

test('another deadline has a grace of its own', () => {
  const grace = new Grace();
  grace.passed(50, 151);
  assert.is(grace.judgedAt(60), 60);
  assert.is(grace.passed(60, 161), false);
  assert.equal([grace.judgedAt(60), grace.judgedAt(50)], [261, 50]);
});

test('a deadline that never comes never passes', () => {
  const grace = new Grace();
  assert.equal([grace.passed(Infinity, 1e12), grace.judgedAt(Infinity)], [false, Infinity]);
});

test.run();
