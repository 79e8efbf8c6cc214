import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventTargetOf } from '../../lib/platform/event-target.ts';

const test = suite('EventTarget of the host');

test('is the class of the host', () => {
  assert.is(eventTargetOf(globalThis), EventTarget);
});

test('allows a class without one, whose constructor names what is missing', () => {
  class Thing extends eventTargetOf({}) {}
  assert.throws(() => new Thing(), /^WebSocket needs a global EventTarget/);
});

test.run();
