import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Grace } from '../../lib/connection/grace.ts';

const test = suite('Grace');

test('passes a deadline at its millisecond', () => {
  const grace = new Grace();
  assert.is(grace.dueAt(50), 50);
  assert.equal([grace.passed(50, 49), grace.passed(50, 50), grace.passed(50, 150)], [false, true, true]);
});

test('postpones a deadline that is checked more than 100 ms late by 100 ms, once (B7)', () => {
  const grace = new Grace();
  assert.is(grace.passed(50, 151), false);
  assert.is(grace.dueAt(50), 251);
  assert.equal([grace.passed(50, 250), grace.passed(50, 251), grace.passed(50, 1e9)], [false, true, true]);
});

test('postpones each deadline separately', () => {
  const grace = new Grace();
  grace.passed(50, 151);
  assert.is(grace.dueAt(60), 60);
  assert.is(grace.passed(60, 161), false);
  assert.equal([grace.dueAt(60), grace.dueAt(50)], [261, 50]);
});

test('never passes a deadline of Infinity', () => {
  const grace = new Grace();
  assert.equal([grace.passed(Infinity, 1e12), grace.dueAt(Infinity)], [false, Infinity]);
});

test.run();
