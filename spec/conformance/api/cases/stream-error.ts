// Cases about WebSocketError.

import { type Group, group } from '../case.ts';

export const streamError: readonly Group[] = [
  group(31, 'WebSocketStream', 'The WebSocketError interface', {
    'is a DOMException with this name and code 0': kit => {
      const error = new kit.WebSocketError();
      kit.ok(error instanceof DOMException && error instanceof Error, 'it is a DOMException and an Error');
      kit.equal(
        [error.name, error.code, error.message, error.closeCode, error.reason],
        ['WebSocketError', 0, '', null, ''],
      );
      kit.equal(Object.prototype.toString.call(error), '[object WebSocketError]');
      kit.equal(kit.WebSocketError.length, 0);
    },
    'inherits from the class DOMException': kit => {
      kit.ok(
        Object.getPrototypeOf(kit.WebSocketError) === DOMException,
        'the class inherits from DOMException',
      );
      kit.ok(
        Object.getPrototypeOf(kit.WebSocketError.prototype) === DOMException.prototype,
        'the prototype inherits from DOMException.prototype',
      );
    },
    'has the fields of its arguments': kit => {
      const error = new kit.WebSocketError('message', { closeCode: 3456, reason: 'reason' });
      kit.equal([error.message, error.closeCode, error.reason], ['message', 3456, 'reason']);
      kit.equal(String(error), 'WebSocketError: message');
    },
    'has the code 1000 for a reason without a code, and an empty reason for a code without a reason': kit => {
      kit.equal(new kit.WebSocketError('', { reason: 'specified' }).closeCode, 1000);
      kit.equal(new kit.WebSocketError('', { closeCode: 3333 }).reason, '');
      kit.equal(new kit.WebSocketError('', { reason: '' }).closeCode, null);
    },
    'throws an InvalidAccessError for other codes, and a SyntaxError for a reason that is too long': kit => {
      const make = (init: unknown) => () => new kit.WebSocketError('', init);
      for (const closeCode of [999, 1001, 2999, 5000, null])
        kit.throws('InvalidAccessError', make({ closeCode }));
      kit.throws('SyntaxError', make({ closeCode: 1000, reason: 'x'.repeat(124) }));
      kit.throws('SyntaxError', make({ reason: '🔌'.repeat(32) }));
    },
    'converts its arguments': kit => {
      kit.equal(new kit.WebSocketError(5, null).message, '5');
      kit.equal(new kit.WebSocketError(undefined, undefined).message, '');
      kit.equal(new kit.WebSocketError('', { closeCode: '3000.5' }).closeCode, 3000);
      for (const init of [true, 5, 'x', { closeCode: -1 }, { closeCode: 70_000 }]) {
        kit.throws('TypeError', () => new kit.WebSocketError('', init), String(init));
      }
      kit.throws('TypeError', () => new kit.WebSocketError(Symbol('s')));
    },
    'has enumerable, read-only accessors on its prototype': kit => {
      for (const name of ['closeCode', 'reason']) {
        const { get, set, enumerable } = Object.getOwnPropertyDescriptor(kit.WebSocketError.prototype, name)!;
        kit.equal([typeof get, set, enumerable], ['function', undefined, true], name);
      }
    },
  }),
];
