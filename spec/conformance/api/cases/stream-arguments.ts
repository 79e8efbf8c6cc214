// Cases about the IDL of WebSocketStream and the arguments of its constructor.

import { type Group, group } from '../case.ts';

const attributes = ['url', 'opened', 'closed'];

export const streamArguments: readonly Group[] = [
  group(21, 'WebSocketStream', 'The WebSocketStream interface, IDL', {
    'is a class that requires `new` and one argument': kit => {
      kit.throws('TypeError', () => kit.WebSocketStream(kit.url()));
      kit.throws('TypeError', () => new kit.WebSocketStream());
      kit.equal(kit.WebSocketStream.length, 1);
    },
    'has its name as Symbol.toStringTag': kit => {
      kit.equal(Object.prototype.toString.call(kit.stream()), '[object WebSocketStream]');
    },
    'has enumerable, read-only attributes on its prototype, and no own properties': kit => {
      for (const name of attributes) {
        const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(
          kit.WebSocketStream.prototype,
          name,
        )!;
        kit.equal([typeof get, set, enumerable, configurable], ['function', undefined, true, true], name);
      }
      kit.equal(Object.keys(kit.stream()), []);
    },
    'has an enumerable close() without required arguments on its prototype': kit => {
      const { value, enumerable } = Object.getOwnPropertyDescriptor(kit.WebSocketStream.prototype, 'close')!;
      kit.equal([value.length, enumerable], [0, true]);
    },
    'returns the same promises each time': kit => {
      const stream = kit.stream();
      const { opened, closed } = stream;
      kit.ok(stream.opened === opened && stream.closed === closed, 'the promises are the same');
    },
    'throws if an attribute is used on another object': kit => {
      kit.throws('TypeError', () => Reflect.get(kit.WebSocketStream.prototype, 'url'));
      kit.throws('TypeError', () => kit.WebSocketStream.prototype.close.call({}));
    },
  }),
  group(22, 'WebSocketStream', 'new WebSocketStream(url, options): the URL', {
    'is parsed by the URL Standard, and `url` is its serialization': kit => {
      for (const [given, url] of [
        ['ws://Example.test', 'ws://example.test/'],
        ['https://h:443/http', 'wss://h/http'],
        [' ws://h/ ', 'ws://h/'],
        ['ws:h:1', 'ws://h:1/'],
        ['ws:/h', 'ws://h/'],
        ['ws://h/\ud800', 'ws://h/%EF%BF%BD'],
      ]) {
        kit.equal(kit.stream(given).url, url, given);
      }
    },
    'is a SyntaxError if it is invalid, or has another scheme or a fragment': kit => {
      for (const url of ['invalid:', 'ftp://h/', 'ws://', 'ws://a b/', 'ws://h/#', 'ws://h/#x']) {
        kit.throws('SyntaxError', () => new kit.WebSocketStream(url), url);
      }
    },
    'is converted to a string': kit => {
      kit.equal(kit.stream(new URL('ws://h/x') as never).url, 'ws://h/x');
      kit.equal(kit.stream({ toString: () => 'ws://h/y' } as never).url, 'ws://h/y');
      kit.throws('TypeError', () => new kit.WebSocketStream(Symbol('s')));
    },
  }),
  group(23, 'WebSocketStream', 'new WebSocketStream(url, options): the options', {
    'may be omitted, undefined or null': kit => {
      for (const rest of [[], [undefined], [null], [{}]]) kit.stream(kit.url(), ...rest);
    },
    'are a TypeError if they are not an object': kit => {
      for (const options of [true, 5, 'chat', Symbol('s'), 1n]) {
        kit.throws('TypeError', () => new kit.WebSocketStream(kit.url(), options), String(options));
      }
    },
    'are read once each in lexicographical order, also if inherited': kit => {
      const order: string[] = [];
      const options = {
        get signal() {
          order.push('signal');
          return undefined;
        },
        get protocols() {
          order.push('protocols');
          return undefined;
        },
      };
      kit.stream(kit.url(), Object.create(options));
      kit.equal(
        order.filter((name, i) => order.indexOf(name) === i),
        ['protocols', 'signal'],
      );
    },
    'may have unknown members': kit => {
      kit.stream(kit.url(), { unknown: 1 });
    },
    'protocols: are a TypeError if they are not iterable': kit => {
      for (const protocols of ['chat', 5, null, {}, true]) {
        kit.throws('TypeError', () => new kit.WebSocketStream(kit.url(), { protocols }), String(protocols));
      }
    },
    'protocols: are converted to strings and sent in order': async kit => {
      const url = kit.url('/protocol?choose=1');
      const { protocol } = await kit.streams(url, { protocols: new Set([1, 'b']) });
      const asked = (await kit.seen(url, () => true)).headers['sec-websocket-protocol'];
      kit.equal([protocol, asked?.replaceAll(' ', '')], ['1', '1,b']);
    },
    'protocols: are a SyntaxError unless they are distinct tokens': kit => {
      for (const protocols of [[''], ['a b'], ['é'], ['a', 'a']]) {
        kit.throws(
          'SyntaxError',
          () => new kit.WebSocketStream(kit.url(), { protocols }),
          JSON.stringify(protocols),
        );
      }
    },
    'signal: is a TypeError if it is not an AbortSignal': kit => {
      for (const signal of [5, {}, null, 'x', new EventTarget(), new AbortController()]) {
        kit.throws('TypeError', () => new kit.WebSocketStream(kit.url(), { signal }), String(signal));
      }
    },
    'signal: if aborted, rejects both promises with its reason and opens nothing': async kit => {
      const url = kit.url();
      const reason = { any: 'value' };
      const stream = kit.aborted(url, { signal: AbortSignal.abort(reason) });
      for (const name of ['opened', 'closed']) {
        kit.ok((await stream[name].catch((error: unknown) => error)) === reason, name);
      }
      await kit.sleep(50);
      kit.equal(await kit.wasReached(url), false);
    },
    'signal: if it aborts during the handshake, rejects both promises with its reason': async kit => {
      const controller = new AbortController();
      const stream = kit.aborted(kit.slowUrl(), { signal: controller.signal });
      await kit.sleep(20);
      const reason = new Error('no');
      controller.abort(reason);
      for (const name of ['opened', 'closed']) {
        const error = await kit.settled(
          stream[name].catch((error: unknown) => error),
          name,
        );
        kit.ok(error === reason, name);
      }
    },
    'signal: if it aborts without a reason, rejects both promises with an AbortError': async kit => {
      const controller = new AbortController();
      const stream = kit.aborted(kit.slowUrl(), { signal: controller.signal });
      controller.abort();
      await kit.rejects(stream.opened, 'AbortError');
      await kit.rejects(stream.closed, 'AbortError');
    },
    'signal: if it aborts after the handshake, does nothing': async kit => {
      const controller = new AbortController();
      const { stream, readable, writable } = await kit.streams(kit.url(), { signal: controller.signal });
      controller.abort();
      writable.getWriter().write('still here');
      kit.equal((await readable.getReader().read()).value, 'still here');
      kit.equal(await kit.state(stream.closed), 'pending');
    },
  }),
];
