import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Signal } from '../../lib/sockets/signal.ts';
import { fate } from '../support/settling.ts';

const test = suite('Signal');

test('wakes whoever waits', async () => {
  const signal = new Signal();
  const wait = signal.wait();
  assert.is(await fate(wait), 'pending');
  signal.announce();
  assert.is(await fate(wait), 'fulfilled');
  assert.is(await fate(signal.wait()), 'pending');
});

test('keeps an announcement that nobody waits for, but only one', async () => {
  const signal = new Signal();
  signal.announce();
  signal.announce();
  assert.is(await fate(signal.wait()), 'fulfilled');
  assert.is(await fate(signal.wait()), 'pending');
});

test.run();
