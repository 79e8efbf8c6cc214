// close(), the closing handshake, and CloseEvent.

import { type Group, group } from '../case.ts';

const Mi = 1024 * 1024;

export const webSocketClosing: readonly Group[] = [
  group(10, 'WebSocket', 'close(code, reason)', {
    'sends a Close without a body by default': async kit => {
      for (const args of [[], [undefined], [undefined, undefined], [undefined, '']]) {
        const url = kit.url();
        (await kit.open(url)).close(...args);
        kit.equal((await kit.seen(url)).close, { code: 1005, reason: '' }, JSON.stringify(args));
      }
    },
    'sends code and reason': async kit => {
      for (const [code, reason] of [
        [1000, ''],
        [3000, 'bye'],
        [4999, 'é'.repeat(61)],
      ] as const) {
        const url = kit.url();
        (await kit.open(url)).close(code, reason);
        kit.equal((await kit.seen(url)).close, { code, reason });
      }
    },
    'sends 1000 for a reason without a code': async kit => {
      const url = kit.url();
      (await kit.open(url)).close(undefined, 'bye');
      kit.equal((await kit.seen(url)).close, { code: 1000, reason: 'bye' });
    },
    'is an InvalidAccessError for other codes': async kit => {
      const socket = await kit.open();
      for (const code of [0, 1, 999, 1001, 1002, 1005, 1006, 1015, 2999, 5000, 65_535]) {
        kit.throws('InvalidAccessError', () => socket.close(code), String(code));
      }
      kit.equal(socket.readyState, 1);
    },
    'clamps its code': async kit => {
      const socket = await kit.open();
      for (const code of [
        -1,
        Number.NaN,
        Infinity,
        -Infinity,
        null,
        'x',
        {},
        70_000,
        2 ** 32 + 1000,
        999.5 - 0.1,
      ]) {
        kit.throws('InvalidAccessError', () => socket.close(code), String(code));
      }
      const url = kit.url();
      (await kit.open(url)).close(1000.4);
      kit.equal((await kit.seen(url)).close?.code, 1000);
      const even = kit.url();
      (await kit.open(even)).close('2999.5');
      kit.equal((await kit.seen(even)).close?.code, 3000);
    },
    'is a TypeError for a code or reason that cannot be converted': async kit => {
      const socket = await kit.open();
      kit.throws('TypeError', () => socket.close(Symbol('s')));
      kit.throws('TypeError', () => socket.close(1000n));
      kit.throws('TypeError', () => socket.close(1000, Symbol('s')));
    },
    'is a SyntaxError for a reason of more than 123 bytes': async kit => {
      const socket = await kit.open();
      for (const reason of ['x'.repeat(124), 'é'.repeat(62), '🔌'.repeat(31)]) {
        kit.throws('SyntaxError', () => socket.close(1000, reason));
        kit.throws('SyntaxError', () => socket.close(undefined, reason));
      }
    },
    'converts its reason, and replaces lone surrogates': async kit => {
      for (const [reason, sent] of [
        [null, 'null'],
        [5, '5'],
        ['\ud800', '\ufffd'],
        ['\ufeff', '\ufeff'],
      ] as const) {
        const url = kit.url();
        (await kit.open(url)).close(1000, reason);
        kit.equal((await kit.seen(url)).close, { code: 1000, reason: sent });
      }
    },
    'checks its arguments in every state, the code first': async kit => {
      const socket = kit.socket(kit.slowUrl());
      for (let state = 0; state < 2; state++) {
        kit.throws('InvalidAccessError', () => socket.close(1001, 'x'.repeat(124)));
        kit.throws('SyntaxError', () => socket.close(1000, 'x'.repeat(124)));
        socket.close();
      }
      await kit.event(socket, 'close');
      kit.throws('InvalidAccessError', () => socket.close(1001));
    },
    'sets readyState to CLOSING at once, and returns nothing': async kit => {
      const socket = await kit.open();
      kit.equal([socket.close(), socket.readyState], [undefined, 2]);
      await kit.event(socket, 'close');
      kit.equal(socket.readyState, 3);
    },
    'fails the connection while CONNECTING': async kit => {
      const socket = kit.socket(kit.slowUrl());
      const types = kit.log(socket);
      socket.close();
      kit.equal([socket.readyState, types], [2, []]);
      const { code, reason, wasClean } = await kit.event(socket, 'close');
      kit.equal([types, code, reason, wasClean, socket.readyState], [['error', 'close'], 1006, '', false, 3]);
    },
    'with a code while CONNECTING reports 1006 all the same': async kit => {
      const socket = kit.socket(kit.slowUrl());
      socket.close(3000, 'never');
      const { code, reason } = await kit.event(socket, 'close');
      kit.equal([code, reason], [1006, '']);
    },
    'does nothing the second time': async kit => {
      const url = kit.url();
      const socket = await kit.open(url);
      socket.close(3001, 'first');
      socket.close(3002, 'second');
      const { code } = await kit.event(socket, 'close');
      socket.close(3003);
      kit.equal([code, (await kit.seen(url)).close], [3001, { code: 3001, reason: 'first' }]);
    },
    'comes after everything that was sent': async kit => {
      const url = kit.url();
      const socket = await kit.open(url);
      for (let i = 0; i < 5; i++) socket.send(new Uint8Array(Mi));
      socket.send(new Blob(['last']));
      socket.close(1000);
      kit.equal((await kit.event(socket, 'close')).wasClean, true);
      const { messages } = await kit.seen(url);
      kit.equal(
        messages.map(({ bytes }) => bytes),
        [Mi, Mi, Mi, Mi, Mi, 4],
      );
    },
    'may be called from any handler': async kit => {
      for (const type of ['open', 'message']) {
        const socket = kit.socket(kit.url('/send?kind=text'));
        socket.addEventListener(type, () => socket.close());
        kit.equal((await kit.event(socket, 'close')).wasClean, true, type);
      }
      const socket = await kit.open();
      socket.close();
      await kit.event(socket, 'close');
      socket.close();
    },
  }),
  group(11, 'WebSocket', 'When the WebSocket connection is closed', {
    '`close` is a CloseEvent with code, reason and wasClean': async kit => {
      const event = await kit.event(kit.socket(kit.url('/close?code=4000&reason=bye')), 'close');
      kit.equal(Object.prototype.toString.call(event), '[object CloseEvent]');
      kit.equal([event.code, event.reason, event.wasClean], [4000, 'bye', true]);
      kit.equal([event.bubbles, event.cancelable], [false, false]);
    },
    'the code is the peer’s, 1005 if it gave none': async kit => {
      for (const [query, code] of [
        ['', 1005],
        ['?code=1000', 1000],
        ['?code=1001', 1001],
        ['?code=1011', 1011],
        ['?code=3000', 3000],
      ] as const) {
        const event = await kit.event(kit.socket(kit.url(`/close${query}`)), 'close');
        kit.equal([event.code, event.reason, event.wasClean], [code, '', true]);
      }
    },
    'the reason is decoded as UTF-8, its byte order mark kept': async kit => {
      const url = kit.url(`/close?code=1000&reason=${encodeURIComponent('\ufeffロボット')}`);
      kit.equal((await kit.event(kit.socket(url), 'close')).reason, '\ufeffロボット');
    },
    'the peer’s code counts, not ours': async kit => {
      const socket = await kit.open(kit.url('/raw?hex=8804109e7065'));
      const { code, reason } = await kit.event(socket, 'close');
      kit.equal([code, reason], [4254, 'pe']);
    },
    'readyState is CLOSING once the peer’s Close has come': async kit => {
      const socket = await kit.open(kit.url('/close?code=1000&after=30'));
      const states = new Set<number>();
      socket.addEventListener('close', () => states.add(socket.readyState));
      await kit.event(socket, 'close');
      kit.equal([...states], [3]);
    },
    '`close` fires without `error` after a clean end': async kit => {
      const socket = kit.socket(kit.url('/close?code=1011'));
      const types = kit.log(socket);
      await kit.event(socket, 'close');
      kit.equal(types, ['open', 'close']);
    },
    'messages before the peer’s Close come first': async kit => {
      const socket = kit.socket(kit.url('/close?code=4000&messages=a,b'));
      const order: unknown[] = [];
      socket.onmessage = ({ data }: MessageEvent) => order.push(data);
      order.push((await kit.event(socket, 'close')).code);
      kit.equal(order, ['a', 'b', 4000]);
    },
    '`close` waits for the peer’s answer': async kit => {
      const socket = await kit.open(kit.url('/delayed?ms=200'));
      const start = performance.now();
      socket.close(1000);
      kit.equal((await kit.event(socket, 'close')).wasClean, true);
      kit.ok(performance.now() - start > 150, 'it came after 200 ms');
    },
    'a connection that ends in place of the answer is not clean: 1006': async kit => {
      const socket = await kit.open(kit.url('/abrupt?on=close'));
      socket.close(4000, 'because');
      const { code, reason, wasClean } = await kit.event(socket, 'close');
      kit.equal([code, reason, wasClean], [1006, '', false]);
    },
    'a Close that comes before everything was sent is not clean': async kit => {
      const socket = await kit.open(kit.url('/close?code=4567&on=message'));
      socket.send('go');
      for (let i = 0; i < 16; i++) socket.send(new Uint8Array(Mi));
      const { code, wasClean } = await kit.event(socket, 'close');
      kit.equal([code, wasClean], [4567, false]);
    },
    'nothing fires after `close`': async kit => {
      const socket = await kit.open();
      socket.close();
      await kit.event(socket, 'close');
      const types = kit.log(socket);
      socket.send('x');
      socket.close();
      await kit.sleep(50);
      kit.equal(types, []);
    },
  }),
];
