import { getEventListeners } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { abortReason, onAbort } from '../../lib/sockets/abort.ts';

const test = suite('abort');

test('A19: adds one listener to a signal, however many sockets share it', () => {
  const controller = new AbortController();
  const { signal } = controller;
  const called: number[] = [];
  const forget = Array.from({ length: 50 }, (_, index) => onAbort(signal, () => called.push(index)));
  assert.is(getEventListeners(signal, 'abort').length, 1);
  for (const each of forget.slice(2)) each();
  assert.is(getEventListeners(signal, 'abort').length, 1);
  controller.abort();
  assert.equal(called, [0, 1]);
  assert.is(getEventListeners(signal, 'abort').length, 0);
});

test('removes its listener with the last one, and adds it again later', () => {
  const { signal } = new AbortController();
  const forget = onAbort(signal, () => {});
  forget();
  forget();
  assert.is(getEventListeners(signal, 'abort').length, 0);
  onAbort(signal, () => {});
  assert.is(getEventListeners(signal, 'abort').length, 1);
});

test('allows a listener to remove others and itself after the abort', () => {
  const controller = new AbortController();
  const called: string[] = [];
  const forgetFirst = onAbort(controller.signal, () => {
    called.push('first');
    forgetFirst();
    forgetSecond();
  });
  const forgetSecond = onAbort(controller.signal, () => called.push('second'));
  controller.abort();
  assert.equal(called, ['first']);
});

/** A signal of a polyfill, which aborts without a reason. */
class BareSignal {
  aborted = false;
  readonly listeners = new Set<() => void>();
  addEventListener(_type: string, listener: () => void) {
    this.listeners.add(listener);
  }
  removeEventListener(_type: string, listener: () => void) {
    this.listeners.delete(listener);
  }
}

test('B14: gives an AbortError for a signal without a reason', () => {
  const bare = new BareSignal();
  const signal = bare as unknown as AbortSignal;
  let called = 0;
  onAbort(signal, () => (called += 1));
  for (const listener of bare.listeners) listener();
  assert.equal([called, bare.listeners.size], [1, 0]);
  assert.is((abortReason(signal) as Error).name, 'AbortError');
  const reason = new Error('enough');
  assert.is(abortReason(AbortSignal.abort(reason)), reason);
});

test.run();
