import { inspect } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { messageTooBig, violation, WebSocketError } from '../../lib/base/websocket-error.ts';
import { thrownBy } from '../support/reading.ts';

// whatwg/websockets, add-websocketstream: "The WebSocketError interface".

const test = suite('WebSocketError');

test('is a DOMException with the name and the fields of the platform', () => {
  const error = new WebSocketError('gone', { closeCode: 4001, reason: 'bye' });
  for (const Class of [WebSocketError, DOMException, Error]) assert.instance(error, Class);
  assert.equal([error.name, error.message, error.code], ['WebSocketError', 'gone', 0]);
  assert.equal([error.closeCode, error.reason], [4001, 'bye']);
  assert.not('cause' in error);
  assert.is(String(error), 'WebSocketError: gone');
  assert.is(Object.prototype.toString.call(error), '[object WebSocketError]');
});

test('has no code and no reason by default', () => {
  for (const error of [new WebSocketError(), new WebSocketError(undefined, null as never)]) {
    assert.equal([error.message, error.closeCode, error.reason], ['', null, '']);
  }
});

test('has code 1000 if it has only a reason, as on the platform', () => {
  assert.is(new WebSocketError('', { reason: 'bye' }).closeCode, 1000);
  assert.is(new WebSocketError('', { reason: '' }).closeCode, null);
});

test('converts its message to a string', () => {
  assert.is(new WebSocketError(5 as never).message, '5');
  assert.instance(
    thrownBy(() => new WebSocketError(Symbol('s') as never)),
    TypeError,
  );
});

test('rejects codes and reasons that an application may not send', () => {
  const refusal = (init: object) => (thrownBy(() => new WebSocketError('', init)) as Error).name;
  for (const closeCode of [999, 1001, 1006, 2999, 5000])
    assert.is(refusal({ closeCode }), 'InvalidAccessError');
  assert.is(refusal({ closeCode: null }), 'InvalidAccessError');
  assert.is(refusal({ reason: 'é'.repeat(62) }), 'SyntaxError');
  assert.is(refusal({ closeCode: -1 }), 'TypeError');
  assert.is(refusal(true as never), 'TypeError');
});

test('has enumerable accessors on its prototype', () => {
  const error = new WebSocketError('', { closeCode: 4001 });
  assert.equal(Object.keys(error), []);
  for (const name of ['closeCode', 'reason']) {
    const { get, set, enumerable } = Object.getOwnPropertyDescriptor(WebSocketError.prototype, name)!;
    assert.equal([typeof get, set, enumerable], ['function', undefined, true]);
  }
});

test('keeps its cause', () => {
  const cause = new Error('reset');
  assert.is(new WebSocketError('', { cause }).cause, cause);
  assert.ok('cause' in new WebSocketError('', { cause: undefined }));
  assert.is(WebSocketError.of('', { cause }).cause, cause);
});

test('of() accepts any code, and captures no stack', () => {
  const error = WebSocketError.of('bad', { closeCode: 1006, reason: '' });
  assert.equal([error.name, error.closeCode, error.reason], ['WebSocketError', 1006, '']);
  assert.is(error.stack, 'WebSocketError: bad');
  assert.ok(new WebSocketError().stack!.includes(import.meta.url));
  assert.is(WebSocketError.of('', { closeCode: null, reason: 'bye' }).closeCode, 1000);
  assert.is(WebSocketError.of('').closeCode, null);
});

test('of() restores Error.stackTraceLimit, and works without it', () => {
  const descriptor = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')!;
  WebSocketError.of('');
  assert.equal(Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit'), descriptor);
  Reflect.deleteProperty(Error, 'stackTraceLimit');
  assert.is(WebSocketError.of('x').message, 'x');
  assert.not('stackTraceLimit' in Error);
  Object.defineProperty(Error, 'stackTraceLimit', { ...descriptor, writable: false });
  assert.is(WebSocketError.of('x').message, 'x');
  Object.defineProperty(Error, 'stackTraceLimit', descriptor);
});

test('shows its fields in the console', () => {
  const error = WebSocketError.of('bad', { closeCode: 1002, reason: 'why', cause: 'c' });
  const shown = inspect(error, { breakLength: Infinity });
  assert.match(shown, /WebSocketError: bad\].*closeCode: 1002, reason: 'why', \[cause\]: 'c'/s);
  assert.not.match(inspect(WebSocketError.of('bad')), /cause/);
});

test('violation() names the section, and keeps numbers from the peer', () => {
  const error = violation(1009, 'RFC 6455 §10.4', 'message too big', '17 bytes');
  assert.is(error.message, 'RFC 6455 §10.4: message too big (17 bytes)');
  assert.is(error.reason, 'message too big');
  assert.is(error.closeCode, 1009);
  assert.is(violation(1002, 'RFC 6455 §5.2', 'x').message, 'RFC 6455 §5.2: x');
});

test('violation() has a code for programs, by its close code unless another is given', () => {
  const codes = [1002, 1006, 1007, 1008, 1009].map(closeCode => violation(closeCode, '§', 'x').code);
  const [broken, exceeded] = ['ERR_PROTOCOL_VIOLATION', 'ERR_LIMIT_EXCEEDED'];
  assert.equal(codes, [broken, 'ERR_TRANSPORT', broken, exceeded, exceeded]);
  assert.is(violation(1011, '§', 'x', '', 'ERR_PING_TIMEOUT').code, 'ERR_PING_TIMEOUT');
  const { closeCode, code, message } = messageTooBig(10);
  assert.equal(
    [closeCode, code, message],
    [1009, 'ERR_LIMIT_EXCEEDED', 'RFC 6455 §10.4: message too big (maxMessageBytes: 10)'],
  );
});

test('has a code if it is created with one, and shows it in the console', () => {
  const error = WebSocketError.of('late', { closeCode: 1006, code: 'ERR_CLOSE_TIMEOUT' });
  assert.is(error.code, 'ERR_CLOSE_TIMEOUT');
  assert.match(inspect(error), /code: 'ERR_CLOSE_TIMEOUT'/);
});

test('violation() with code 1006 has the reason in its message only', () => {
  const error = violation(1006, 'RFC 6455 §7.2.1', 'input ended inside a frame');
  assert.equal([error.message, error.reason], ['RFC 6455 §7.2.1: input ended inside a frame', '']);
});

test('shows the code of a subclass that has one in the console', () => {
  class Coded extends WebSocketError {
    override get code(): string {
      return 'ERR_X';
    }
  }
  assert.match(inspect(new Coded('bad')), /code: 'ERR_X'/);
});

test.run();
