// Cases about WebSocket: close(), the closing handshake, and CloseEvent.

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
    'throws an InvalidAccessError for codes other than 1000 and 3000 to 4999': async kit => {
      const socket = await kit.open();
      for (const code of [0, 1, 999, 1001, 1002, 1005, 1006, 1015, 2999, 5000, 65_535]) {
        kit.throws('InvalidAccessError', () => socket.close(code), String(code));
      }
      kit.equal(socket.readyState, 1);
    },
    'clamps the code': async kit => {
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
    'throws a TypeError for a code or reason that cannot be converted': async kit => {
      const socket = await kit.open();
      kit.throws('TypeError', () => socket.close(Symbol('s')));
      kit.throws('TypeError', () => socket.close(1000n));
      kit.throws('TypeError', () => socket.close(1000, Symbol('s')));
    },
    'throws a SyntaxError for a reason of more than 123 bytes': async kit => {
      const socket = await kit.open();
      for (const reason of ['x'.repeat(124), 'é'.repeat(62), '🔌'.repeat(31)]) {
        kit.throws('SyntaxError', () => socket.close(1000, reason));
        kit.throws('SyntaxError', () => socket.close(undefined, reason));
      }
    },
    'converts the reason to a USVString: lone surrogates are replaced': async kit => {
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
    'validates its arguments in every state, the code first': async kit => {
      const socket = kit.socket(kit.slowUrl());
      for (let state = 0; state < 2; state++) {
        kit.throws('InvalidAccessError', () => socket.close(1001, 'x'.repeat(124)));
        kit.throws('SyntaxError', () => socket.close(1000, 'x'.repeat(124)));
        socket.close();
      }
      await kit.event(socket, 'close');
      kit.throws('InvalidAccessError', () => socket.close(1001));
    },
    'sets readyState to CLOSING immediately, and returns undefined': async kit => {
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
    'while CONNECTING reports 1006 even if it has a code': async kit => {
      const socket = kit.socket(kit.slowUrl());
      socket.close(3000, 'never');
      const { code, reason } = await kit.event(socket, 'close');
      kit.equal([code, reason], [1006, '']);
    },
    'does nothing when called again': async kit => {
      const url = kit.url();
      const socket = await kit.open(url);
      socket.close(3001, 'first');
      socket.close(3002, 'second');
      const { code } = await kit.event(socket, 'close');
      socket.close(3003);
      kit.equal([code, (await kit.seen(url)).close], [3001, { code: 3001, reason: 'first' }]);
    },
    'sends the Close after all sent messages': async kit => {
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
    'can be called in every handler': async kit => {
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
    'the code is that of the peer, or 1005 if it sent none': async kit => {
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
    'the reason is decoded as UTF-8, and keeps a byte order mark': async kit => {
      const url = kit.url(`/close?code=1000&reason=${encodeURIComponent('\ufeffロボット')}`);
      kit.equal((await kit.event(kit.socket(url), 'close')).reason, '\ufeffロボット');
    },
    'the code is that of the peer even if our Close was sent first': async kit => {
      const socket = await kit.open(kit.url('/raw?hex=8804109e7065'));
      const { code, reason } = await kit.event(socket, 'close');
      kit.equal([code, reason], [4254, 'pe']);
    },
    'readyState is CLOSING after the peer’s Close was received': async kit => {
      const socket = await kit.open(kit.url('/close?code=1000&after=30'));
      const states = new Set<number>();
      socket.addEventListener('close', () => states.add(socket.readyState));
      await kit.event(socket, 'close');
      kit.equal([...states], [3]);
    },
    '`close` fires without `error` after a clean close': async kit => {
      const socket = kit.socket(kit.url('/close?code=1011'));
      const types = kit.log(socket);
      await kit.event(socket, 'close');
      kit.equal(types, ['open', 'close']);
    },
    'messages before the peer’s Close are delivered first': async kit => {
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
      kit.ok(performance.now() - start > 150, 'the event fired after 200 ms');
    },
    'if the connection ends instead of an answer, the close is not clean and the code is 1006': async kit => {
      const socket = await kit.open(kit.url('/abrupt?on=close'));
      socket.close(4000, 'because');
      const { code, reason, wasClean } = await kit.event(socket, 'close');
      kit.equal([code, reason, wasClean], [1006, '', false]);
    },
    'if the peer’s Close arrives before everything was sent, the close is not clean': async kit => {
      const socket = await kit.open(kit.url('/close?code=4567&on=message'));
      socket.send('go');
      for (let i = 0; i < 16; i++) socket.send(new Uint8Array(Mi));
      const { code, wasClean } = await kit.event(socket, 'close');
      kit.equal([code, wasClean], [4567, false]);
    },
    'no event fires after `close`': async kit => {
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
