// Cases about the IDL of WebSocket and its event handlers.

import { type Group, group } from '../case.ts';
import type { Any } from '../inside/kit.ts';

const readonlyAttributes = ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol'];
const handlers = ['onopen', 'onerror', 'onclose', 'onmessage'];
const methods = ['close', 'send'];
const states = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];

export const webSocketShape: readonly Group[] = [
  group(1, 'WebSocket', 'The WebSocket interface, IDL', {
    'is a class that requires `new`': kit => {
      kit.equal(typeof kit.WebSocket, 'function');
      kit.throws('TypeError', () => kit.WebSocket(kit.url()));
    },
    'has one required argument': kit => {
      kit.equal(kit.WebSocket.length, 1);
      kit.throws('TypeError', () => new kit.WebSocket());
    },
    'inherits from EventTarget': kit => {
      kit.ok(kit.WebSocket.prototype instanceof EventTarget, 'the prototype is an EventTarget');
      kit.ok(Object.getPrototypeOf(kit.WebSocket) === EventTarget, 'the class inherits from EventTarget');
    },
    'has its name as Symbol.toStringTag': kit => {
      const { prototype } = kit.WebSocket;
      kit.equal(Object.prototype.toString.call(kit.socket()), '[object WebSocket]');
      kit.equal(Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag), {
        value: 'WebSocket',
        writable: false,
        enumerable: false,
        configurable: true,
      });
    },
    'has enumerable, read-only constants on the class and its prototype': kit => {
      for (const owner of [kit.WebSocket, kit.WebSocket.prototype]) {
        for (const [value, name] of states.entries()) {
          const fixed = { value, writable: false, enumerable: true, configurable: false };
          kit.equal(Object.getOwnPropertyDescriptor(owner, name), fixed, name);
        }
      }
    },
    'has enumerable attributes on its prototype, and no own properties': kit => {
      for (const name of [...readonlyAttributes, ...handlers, 'binaryType']) {
        const descriptor = Object.getOwnPropertyDescriptor(kit.WebSocket.prototype, name);
        kit.equal(typeof descriptor?.get, 'function', `${name}'s getter`);
        kit.equal([descriptor?.enumerable, descriptor?.configurable], [true, true], name);
      }
      kit.equal(Object.keys(kit.socket()), []);
    },
    'has readonly attributes without a setter': kit => {
      for (const name of readonlyAttributes) {
        kit.equal(Object.getOwnPropertyDescriptor(kit.WebSocket.prototype, name)?.set, undefined, name);
      }
    },
    'has enumerable, writable methods on its prototype': kit => {
      for (const [name, length] of [
        ['close', 0],
        ['send', 1],
      ] as const) {
        const { value, ...rest } = Object.getOwnPropertyDescriptor(kit.WebSocket.prototype, name)!;
        kit.equal([typeof value, value.length, value.name], ['function', length, name]);
        kit.equal(rest, { writable: true, enumerable: true, configurable: true }, name);
      }
    },
    'throws if an attribute or method is used on another object': kit => {
      for (const name of [...readonlyAttributes, 'binaryType']) {
        kit.throws('TypeError', () => Reflect.get(kit.WebSocket.prototype, name), name);
      }
      for (const name of methods)
        kit.throws('TypeError', () => kit.WebSocket.prototype[name].call({}, 'x'), name);
    },
    'can be subclassed': kit => {
      class Mine extends kit.WebSocket {}
      const socket: Any = Reflect.construct(Mine, [kit.url()]);
      kit.ok(socket instanceof kit.WebSocket && socket instanceof Mine, 'it is an instance of both classes');
      socket.close();
    },
  }),
  group(2, 'WebSocket', 'Event handlers', {
    'are null initially': kit => {
      const socket = kit.socket();
      kit.equal(
        handlers.map(name => socket[name]),
        [null, null, null, null],
      );
    },
    'return the function that was set': kit => {
      const socket = kit.socket();
      for (const name of handlers) {
        const handler = () => {};
        socket[name] = handler;
        kit.ok(socket[name] === handler, name);
      }
    },
    'become null for values that are not objects': kit => {
      const socket = kit.socket();
      for (const value of [undefined, null, 5, 'x', true, Symbol('s')]) {
        socket.onopen = () => {};
        socket.onopen = value;
        kit.equal(socket.onopen, null, String(value));
      }
    },
    'keep an object that is not callable, and do not call it': async kit => {
      const socket = kit.socket();
      const object = { handleEvent: () => (called = true) };
      let called = false;
      socket.onopen = object;
      kit.ok(socket.onopen === object, 'the object is kept');
      await kit.event(socket, 'open');
      kit.equal(called, false);
    },
    'are called with the WebSocket as `this`, and the event': async kit => {
      const socket = kit.socket();
      const called = await kit.settled(
        new Promise<unknown[]>(resolve => {
          socket.onopen = function (this: unknown, event: Event) {
            resolve([this === socket, event.type, event.target === socket, event.currentTarget === socket]);
          };
        }),
        'onopen',
      );
      kit.equal(called, [true, 'open', true, true]);
    },
    'are called in the order in which they were first set, among the listeners': async kit => {
      const socket = kit.socket();
      const order: string[] = [];
      socket.addEventListener('open', () => order.push('a'));
      socket.onopen = () => order.push('replaced');
      socket.addEventListener('open', () => order.push('c'));
      socket.onopen = () => order.push('b');
      await kit.event(socket, 'open');
      kit.equal(order, ['a', 'b', 'c']);
    },
    'lose their position when they are set to null': async kit => {
      const socket = kit.socket();
      const order: string[] = [];
      socket.onopen = () => order.push('old');
      socket.addEventListener('open', () => order.push('a'));
      socket.onopen = null;
      socket.onopen = () => order.push('b');
      await kit.event(socket, 'open');
      kit.equal(order, ['a', 'b']);
    },
    'of all four types are called': async kit => {
      const types: string[] = [];
      const closed = (url: string) =>
        new Promise<void>(resolve => {
          const socket = kit.socket(url);
          for (const name of handlers) socket[name] = ({ type }: Event) => types.push(type);
          socket.addEventListener('close', () => resolve());
        });
      await kit.settled(closed(kit.url('/close?code=1000&after=50')), 'close');
      await kit.settled(closed(kit.url('/refuse?status=401')), 'close');
      kit.equal(types, ['open', 'close', 'error', 'close']);
    },
  }),
];
