import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callsHandlers, EventHandlers, hostCallsHandlers } from '../../lib/platform/event-handlers.ts';
import { isWorkerd } from '../support/host-streams.ts';

// HTML Standard, "event handlers". The spec of WebSocket tests their use there.

const test = suite('EventHandlers');

const on = (): [EventTarget, EventHandlers] => {
  const target = new EventTarget();
  return [target, new EventHandlers(target, false)];
};

test('calls a handler with the target, and returns it', () => {
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

test('keeps the position of a replaced handler, but not of a removed one', () => {
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

test('removes the handler if it is set to a value that is not an object', () => {
  const [target, handlers] = on();
  for (const value of [undefined, null, 5, 'x', Symbol('s')]) {
    handlers.set('x', () => assert.unreachable());
    handlers.set('x', value);
    assert.is(handlers.get('x'), null);
    handlers.set('x', value);
  }
  target.dispatchEvent(new Event('x'));
});

test('keeps an object that is not callable, and does not call it', () => {
  const [target, handlers] = on();
  const object = { handleEvent: () => assert.unreachable() };
  handlers.set('x', object);
  assert.is(handlers.get('x'), object);
  target.dispatchEvent(new Event('x'));
});

test('cancels a cancelable event if a handler returns false', () => {
  const [target, handlers] = on();
  handlers.set('x', () => false);
  assert.is(target.dispatchEvent(new Event('x', { cancelable: true })), false);
  handlers.set('x', () => 0);
  assert.is(target.dispatchEvent(new Event('x', { cancelable: true })), true);
});

/** A target that calls `on…` members, as the class of workerd does. */
class CallingTarget extends EventTarget {
  override dispatchEvent(event: Event): boolean {
    const handler = (this as unknown as Record<string, unknown>)[`on${event.type}`];
    if (typeof handler === 'function') handler.call(this, event);
    return super.dispatchEvent(event);
  }
}

test('detects a host that calls the handlers, so that each is called once', () => {
  assert.is(callsHandlers(CallingTarget), true);
  assert.is(hostCallsHandlers(), isWorkerd);
  const target = new (isWorkerd ? EventTarget : CallingTarget)();
  const handlers = new EventHandlers(target, true);
  Object.defineProperty(target, 'onx', { get: () => handlers.get('x') });
  let calls = 0;
  handlers.set('x', () => void (calls += 1));
  target.dispatchEvent(new Event('x'));
  handlers.set('x', null);
  target.dispatchEvent(new Event('x'));
  assert.is(calls, 1);
});

test.run();
