import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { domException, domExceptionBase, domExceptionMaker } from '../../lib/base/dom-exception.ts';

const test = suite('DOMException');

test('uses the class of the host', () => {
  const error = domException('SyntaxError', 'bad');
  assert.instance(error, DOMException);
  assert.equal([error.name, error.message, (error as DOMException).code], ['SyntaxError', 'bad', 12]);
});

test('creates an Error with the same fields on a host without the class', () => {
  for (const name of ['InvalidStateError', 'SyntaxError', 'InvalidAccessError']) {
    const error = domExceptionMaker(undefined)(name, 'bad');
    const { code } = new DOMException('bad', name);
    assert.not.instance(error, DOMException);
    assert.equal([error.name, error.message, (error as DOMException).code], [name, 'bad', code]);
    assert.is(String(error), `${name}: bad`);
    assert.equal(Object.keys(error), []);
  }
});

test('keeps working after the global is deleted (A20)', () => {
  const Host = DOMException;
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'DOMException');
  // In workerd it is inherited, so it cannot be deleted, only hidden.
  Object.defineProperty(globalThis, 'DOMException', { value: undefined, configurable: true });
  const error = domException('InvalidStateError', 'late');
  if (descriptor === undefined) Reflect.deleteProperty(globalThis, 'DOMException');
  else Object.defineProperty(globalThis, 'DOMException', descriptor);
  assert.is(globalThis.DOMException, Host);
  assert.instance(error, Host);
});

test('provides a base class for errors that are DOMExceptions by instanceof', () => {
  const Base = domExceptionBase(DOMException);
  class Mine extends Base {}
  const error = new Mine('x', { cause: 1 });
  for (const Class of [Mine, DOMException, Error]) assert.instance(error, Class);
  assert.equal([error.message, error.cause], ['x', 1]);
  const Plain = domExceptionBase(undefined);
  assert.instance(new Plain('x'), Error);
  assert.not.instance(new Plain('x'), DOMException);
});

test('inherits no accessor that would reject an instance of the base class', () => {
  // As in Firefox, whose DOMException has `result`, `filename` and its own `stack`.
  class Host extends Error {}
  for (const name of ['result', 'stack']) {
    const get = () => {
      throw new TypeError('not a Host');
    };
    Object.defineProperty(Host.prototype, name, { get, enumerable: true });
  }
  for (const Class of [Host, DOMException] as (typeof DOMException)[]) {
    const error = new (domExceptionBase(Class))('x');
    for (const name in error) Reflect.get(error, name);
    assert.equal([error.message, Reflect.get(error, 'result')], ['x', undefined]);
    assert.is(typeof error.stack, typeof new Error('x').stack);
    assert.instance(error, Class);
  }
});

test.run();
