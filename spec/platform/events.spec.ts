import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EventMaker } from '../../lib/platform/events.ts';

const test = suite('events of WebSocket');

/** A host without event classes. */
const bare = new EventMaker({});

for (const [host, maker] of [
  ['this host', new EventMaker(globalThis)],
  ['a host without their classes', bare],
] as const) {
  test(`have their fields on ${host}`, () => {
    const message = maker.message('x', 'ws://h');
    assert.equal([message.type, message.data, message.origin], ['message', 'x', 'ws://h']);
    const close = maker.close({ code: 4000, reason: 'bye', wasClean: true });
    assert.equal([close.type, close.code, close.reason, close.wasClean], ['close', 4000, 'bye', true]);
    for (const event of [message, close]) {
      assert.instance(event, Event);
      assert.equal([event.bubbles, event.cancelable], [false, false]);
    }
  });
}

test('give an equivalent the name of its class as its tag', () => {
  assert.is(String(bare.message('x', '')), '[object MessageEvent]');
  assert.is(String(bare.close({ code: 1000, reason: '', wasClean: true })), '[object CloseEvent]');
});

test('are instances of the classes of the host', () => {
  class Mine {
    readonly args: unknown[];
    constructor(...args: unknown[]) {
      this.args = args;
    }
  }
  const maker = new EventMaker({ MessageEvent: Mine, CloseEvent: Mine });
  assert.instance(maker.message('x', ''), Mine);
  assert.instance(maker.close({ code: 1000, reason: '', wasClean: true }), Mine);
  assert.instance(new EventMaker(globalThis).message('x', ''), MessageEvent);
});

test('report an error by a plain Event with non-enumerable fields', () => {
  const cause = new Error('no');
  const event = bare.error(cause);
  assert.is(Object.getPrototypeOf(event), Event.prototype);
  assert.equal([event.type, event.error, event.message], ['error', cause, 'no']);
  assert.not.ok(Object.keys(event).some(name => name === 'error' || name === 'message'));
  assert.is(bare.error('odd').message, '');
});

test.run();
