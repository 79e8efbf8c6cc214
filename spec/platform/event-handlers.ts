import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EventHandlers } from '../../lib/platform/event-handlers.ts';

// HTML Standard, "event handlers"; what a WebSocket makes of it is a matter of its own spec.

const test = suite('EventHandlers');

const on = (): [EventTarget, EventHandlers] => {
  const target = new EventTarget();
  return [target, new EventHandlers(target)];
};

test('a handler is called with the target, and can be read', () => {
  const [target, handlers] = on();
  const calls: unknown[] = [];
  const handler = function (this: unknown, event: Event): void {
    calls.push(this, event.type);
  };
  assert.is(handlers.get('x'), null);
  handlers.set('x', handler);
  assert.is(handlers.get('x'), handler);
  target.dispatchEvent(new Event('x'));
  assert.equal(calls, [target, 'x']);
});

test('a handler keeps its place when it is replaced, and loses it when it is removed', () => {
  const [target, handlers] = on();
  const order: string[] = [];
  const note = (text: string) => () => void order.push(text);
  handlers.set('x', note('old'));
  target.addEventListener('x', note('listener'));
  handlers.set('x', note('new'));
  target.dispatchEvent(new Event('x'));
  handlers.set('x', null);
  handlers.set('x', note('last'));
  target.dispatchEvent(new Event('x'));
  assert.equal(order, ['new', 'listener', 'listener', 'last']);
});

test('anything that is no object removes the handler', () => {
  const [target, handlers] = on();
  for (const value of [undefined, null, 5, 'x', Symbol('s')]) {
    handlers.set('x', () => assert.unreachable());
    handlers.set('x', value);
    assert.is(handlers.get('x'), null);
    handlers.set('x', value);
  }
  target.dispatchEvent(new Event('x'));
});

test('an object that cannot be called is kept, and not called', () => {
  const [target, handlers] = on();
  const object = { handleEvent: () => assert.unreachable() };
  handlers.set('x', object);
  assert.is(handlers.get('x'), object);
  target.dispatchEvent(new Event('x'));
});

test('a handler that returns false cancels what can be cancelled', () => {
  const [target, handlers] = on();
  handlers.set('x', () => false);
  assert.is(target.dispatchEvent(new Event('x', { cancelable: true })), false);
  handlers.set('x', () => 0);
  assert.is(target.dispatchEvent(new Event('x', { cancelable: true })), true);
});

test.run();
