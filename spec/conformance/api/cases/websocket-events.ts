// Cases about WebSocket: the events of opening, messages and failures.

import { type Group, group } from '../case.ts';

/** Frames that violate RFC 6455, in hex. */
const violations: Readonly<Record<string, string>> = {
  'a reserved opcode': '8300',
  'a reserved bit': '9100',
  'a masked frame': '818000000000',
  'a fragmented ping': '0900',
  'a long ping': '897e007e',
  'a continuation frame outside a message': '8000',
  'a new message inside a message': '01008100',
  'invalid UTF-8': '8101ff',
  'a Close with one byte': '880100',
  'a Close with an invalid code': '880203ed',
};

export const webSocketEvents: readonly Group[] = [
  group(5, 'WebSocket', 'When the WebSocket connection is established', {
    'readyState is CONNECTING, and extensions and protocol are empty, before it': kit => {
      const socket = kit.socket(kit.url(), 'a');
      kit.equal([socket.readyState, socket.extensions, socket.protocol], [0, '', '']);
      kit.equal([socket.bufferedAmount, socket.binaryType], [0, 'blob']);
    },
    'readyState is OPEN when `open` fires': async kit => {
      const socket = kit.socket();
      let state: number | undefined;
      socket.onopen = () => (state = socket.readyState);
      await kit.event(socket, 'open');
      kit.equal(state, 1);
    },
    '`open` is an Event that neither bubbles nor can be cancelled': async kit => {
      const event = await kit.event(kit.socket(), 'open');
      kit.ok(Object.getPrototypeOf(event) === Event.prototype, 'it is not an instance of a subclass');
      kit.equal([event.bubbles, event.cancelable], [false, false]);
    },
    'protocol is the selected subprotocol': async kit => {
      kit.equal((await kit.open(kit.url('/protocol?choose=x'), ['x', 'y'])).protocol, 'x');
    },
    'extensions is a string': async kit => {
      kit.equal(typeof (await kit.open()).extensions, 'string');
    },
    '`open` fires in a later task, so that listeners can be set after the constructor': async kit => {
      const socket = kit.socket();
      for (let i = 0; i < 20; i++) await Promise.resolve();
      await kit.event(socket, 'open');
    },
    'messages fire after `open`, each in a separate task': async kit => {
      const socket = kit.socket(kit.url('/send?kind=three'));
      const order: string[] = [];
      const note = (text: string) => {
        order.push(text);
        // Ten microtasks later, it is still the same task.
        let job = Promise.resolve();
        for (let i = 0; i < 10; i++) job = job.then(() => {});
        job.then(() => order.push(`after ${text}`));
      };
      socket.onopen = () => note('open');
      socket.onmessage = ({ data }: MessageEvent) => note(data);
      while (order.length < 8) await kit.settled(kit.sleep(10), 'messages');
      kit.equal(order, [
        'open',
        'after open',
        'one',
        'after one',
        'two',
        'after two',
        'three',
        'after three',
      ]);
    },
  }),
  group(6, 'WebSocket', 'When a WebSocket message has been received', {
    '`message` is a MessageEvent with data and the origin of the URL': async kit => {
      const url = kit.url('/send?kind=text');
      const event = await kit.event(kit.socket(url), 'message');
      kit.equal([event.data, event.origin], ['hello', new URL(url).origin]);
      kit.equal([event.lastEventId, event.source, event.ports], ['', null, []]);
      kit.equal([event.bubbles, event.cancelable], [false, false]);
    },
    '`message` is an instance of the host’s MessageEvent': async kit => {
      const event = await kit.event(kit.socket(kit.url('/send?kind=text')), 'message');
      kit.ok(event instanceof MessageEvent, 'it is a MessageEvent');
    },
    'text is a string, and keeps a byte order mark': async kit => {
      kit.equal((await kit.event(kit.socket(kit.url('/send?kind=unicode')), 'message')).data, '\ufeffé🔌');
    },
    'an empty text is an empty string': async kit => {
      kit.equal((await kit.event(kit.socket(kit.url('/send?kind=empty')), 'message')).data, '');
    },
    'binary is a Blob by default': async kit => {
      const { data } = await kit.event(kit.socket(kit.url('/send?kind=binary')), 'message');
      kit.ok(data instanceof Blob, 'it is a Blob');
      kit.equal([data.size, data.type, [...new Uint8Array(await data.arrayBuffer())]], [3, '', [1, 2, 3]]);
    },
    'binary is an ArrayBuffer of the same length if binaryType is `arraybuffer`': async kit => {
      const socket = kit.socket(kit.url('/send?kind=binary'));
      socket.binaryType = 'arraybuffer';
      const { data } = await kit.event(socket, 'message');
      kit.ok(data instanceof ArrayBuffer, 'it is an ArrayBuffer');
      kit.equal([data.byteLength, [...new Uint8Array(data)]], [3, [1, 2, 3]]);
    },
    'an empty binary is an empty Blob or ArrayBuffer': async kit => {
      const first = await kit.event(kit.socket(kit.url('/send?kind=nothing')), 'message');
      kit.equal(first.data.size, 0);
      const socket = kit.socket(kit.url('/send?kind=nothing'));
      socket.binaryType = 'arraybuffer';
      kit.equal((await kit.event(socket, 'message')).data.byteLength, 0);
    },
    'binaryType applies at the time at which the event fires': async kit => {
      const socket = kit.socket(kit.url('/send?kind=mixed'));
      const kinds: unknown[] = [];
      socket.onmessage = ({ data }: MessageEvent) => {
        kinds.push(typeof data === 'string' ? data : data.constructor.name);
        socket.binaryType = 'arraybuffer';
      };
      while (kinds.length < 3) await kit.settled(kit.sleep(10), 'messages');
      kit.equal(kinds, ['one', 'ArrayBuffer', 'two']);
    },
    'binaryType ignores other values': kit => {
      const socket = kit.socket();
      socket.binaryType = 'arraybuffer';
      for (const value of ['', 'Blob', 'nodebuffer', null, 5]) socket.binaryType = value;
      kit.equal(socket.binaryType, 'arraybuffer');
      socket.binaryType = { toString: () => 'blob' };
      kit.equal(socket.binaryType, 'blob');
    },
    'a message in fragments is one event': async kit => {
      const socket = kit.socket(kit.url('/raw?hex=01016180016280026364'));
      const data: string[] = [];
      socket.onmessage = (event: MessageEvent) => data.push(event.data);
      await kit.event(socket, 'message');
      kit.equal(data, ['ab']);
    },
    'a message of 1 MiB is one event': async kit => {
      kit.equal(
        (await kit.event(kit.socket(kit.url('/send?kind=large')), 'message')).data.length,
        1024 * 1024,
      );
    },
    'no message fires after close() was called': async kit => {
      const socket = await kit.open(kit.url('/echo'));
      const types = kit.log(socket);
      socket.send('x');
      await kit.event(socket, 'message');
      socket.send('y');
      socket.close();
      await kit.event(socket, 'close');
      kit.equal(types, ['message', 'close']);
    },
    'a listener may be an object with handleEvent': async kit => {
      const socket = kit.socket(kit.url('/send?kind=three'));
      const data: string[] = [];
      socket.addEventListener('message', { handleEvent: (event: MessageEvent) => data.push(event.data) });
      while (data.length < 3) await kit.settled(kit.sleep(10), 'messages');
      kit.equal(data, ['one', 'two', 'three']);
    },
  }),
  group(7, 'WebSocket', 'Fail the WebSocket connection', {
    'before it is open, `error` and then `close` with 1006 fire in one task': async kit => {
      for (const url of [
        kit.url('/refuse?status=401'),
        kit.url('/refuse?status=200'),
        kit.url('/x', 'dead'),
      ]) {
        const socket = kit.socket(url);
        const types = kit.log(socket);
        let state: number | undefined;
        socket.addEventListener('error', () => (state = socket.readyState));
        const { code, reason, wasClean } = await kit.event(socket, 'close');
        kit.equal([types, code, reason, wasClean, state], [['error', 'close'], 1006, '', false, 3]);
      }
    },
    '`error` is an Event that neither bubbles nor can be cancelled': async kit => {
      const event = await kit.event(kit.socket(kit.url('/refuse?status=401')), 'error');
      kit.equal(
        [Object.getPrototypeOf(event) === Event.prototype, event.bubbles, event.cancelable],
        [true, false, false],
      );
    },
    ...Object.fromEntries(
      Object.entries(violations).map(([violation, hex]) => [
        `on ${violation}, \`error\` and then an unclean \`close\` with 1006 fire`,
        async (kit: Parameters<Parameters<typeof group>[3][string]>[0]) => {
          const socket = kit.socket(kit.url(`/raw?hex=${hex}`));
          const types = kit.log(socket);
          const { code, reason, wasClean } = await kit.event(socket, 'close');
          kit.equal(
            [types.filter(type => type !== 'open'), code, reason, wasClean],
            [['error', 'close'], 1006, '', false],
          );
        },
      ]),
    ),
    'if the transport is lost, `error` and then `close` with 1006 fire (RFC 6455 §7.2.1)': async kit => {
      const socket = await kit.open(kit.url('/abrupt'));
      const types = kit.log(socket);
      const { code, wasClean } = await kit.event(socket, 'close');
      kit.equal([types, code, wasClean], [['error', 'close'], 1006, false]);
    },
  }),
];
