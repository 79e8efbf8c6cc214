// Cases about WebSocket: send() and bufferedAmount.

import { type Group, group } from '../case.ts';
import type { Any, Kit } from '../inside/kit.ts';

/** Sends data, and returns the messages that the server received. */
async function receivedFor(kit: Kit, ...data: unknown[]): Promise<readonly unknown[]> {
  const url = kit.url();
  const socket = await kit.open(url);
  for (const one of data) socket.send(one);
  const { messages } = await kit.seen(url, seen => seen.messages.length === data.length);
  return messages.map(({ type, data }) => [type, data]);
}

const Mi = 1024 * 1024;

/** Opens a WebSocket whose server does not read for `ms` milliseconds. */
const openStalled = (kit: Kit, ms: number): Promise<Any> => kit.open(kit.url(`/stall?ms=${ms}`));

export const webSocketMessages: readonly Group[] = [
  group(8, 'WebSocket', 'send(data)', {
    'throws an InvalidStateError while CONNECTING': kit => {
      const socket = kit.socket(kit.slowUrl());
      kit.throws('InvalidStateError', () => socket.send('x'));
      kit.equal(socket.bufferedAmount, 0);
    },
    'requires an argument': async kit => {
      const socket = await kit.open();
      kit.throws('TypeError', () => socket.send());
    },
    'converts its argument before it checks the state': kit => {
      kit.throws('TypeError', () => kit.socket(kit.slowUrl()).send(Symbol('s')));
    },
    'sends a string as text, with lone surrogates replaced': async kit => {
      kit.equal(await receivedFor(kit, 'é🔌', '', '\ud800x'), [
        ['text', 'é🔌'],
        ['text', ''],
        ['text', '\ufffdx'],
      ]);
    },
    'sends an ArrayBuffer as binary': async kit => {
      kit.equal(await receivedFor(kit, new Uint8Array([1, 255]).buffer, new ArrayBuffer(0)), [
        ['binary', '01ff'],
        ['binary', ''],
      ]);
    },
    'sends the bytes that a view covers': async kit => {
      const { buffer } = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]);
      const views = [new Uint8Array(buffer, 1, 2), new DataView(buffer, 2, 3), new Uint16Array(buffer, 4, 1)];
      kit.equal(await receivedFor(kit, ...views), [
        ['binary', '0102'],
        ['binary', '020304'],
        ['binary', '0405'],
      ]);
    },
    'sends a Blob as binary': async kit => {
      kit.equal(await receivedFor(kit, new Blob(['ab', 'c']), new Blob([])), [
        ['binary', '616263'],
        ['binary', ''],
      ]);
    },
    'converts other values to strings': async kit => {
      const odd = [5, null, undefined, true, {}, [1, 2], { toString: () => 'mine' }, 7n];
      kit.equal(
        (await receivedFor(kit, ...odd)).map(message => (message as string[])[1]),
        odd.map(value => `${value as string}`),
      );
    },
    'converts objects that only resemble a buffer to strings': async kit => {
      const fake = { [Symbol.toStringTag]: 'ArrayBuffer', byteLength: 3 };
      kit.equal(await receivedFor(kit, fake), [['text', '[object ArrayBuffer]']]);
    },
    'throws a TypeError for a value that cannot be converted to a string': async kit => {
      const socket = await kit.open();
      for (const value of [Symbol('s'), Object.create(null), { toString: () => ({}) }]) {
        kit.throws('TypeError', () => socket.send(value));
      }
      kit.equal(socket.bufferedAmount, 0);
    },
    'throws a TypeError for a resizable buffer and for a view of one': async kit => {
      const socket = await kit.open();
      const buffer = new (ArrayBuffer as Any)(4, { maxByteLength: 8 });
      kit.throws('TypeError', () => socket.send(buffer), 'a buffer');
      kit.throws('TypeError', () => socket.send(new Uint8Array(buffer)), 'a view');
    },
    'throws a TypeError for a view of a shared buffer': async kit => {
      const socket = await kit.open();
      // Pages without cross-origin isolation have no SharedArrayBuffer.
      const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      kit.throws('TypeError', () => socket.send(new Uint8Array(buffer)));
    },
    'sends messages of all types in order': async kit => {
      kit.equal(
        await receivedFor(kit, 'a', new Blob(['b']), 'c', new Uint8Array([100]), new Blob(['e']), 'f'),
        [
          ['text', 'a'],
          ['binary', '62'],
          ['text', 'c'],
          ['binary', '64'],
          ['binary', '65'],
          ['text', 'f'],
        ],
      );
    },
    'copies the bytes: later changes are not sent': async kit => {
      const url = kit.url();
      const socket = await kit.open(url);
      const bytes = new Uint8Array([1, 1]);
      socket.send(bytes);
      socket.send(new Blob(['x']));
      socket.send(bytes);
      bytes.fill(2);
      const { messages } = await kit.seen(url, seen => seen.messages.length === 3);
      kit.equal(
        messages.map(({ data }) => data),
        ['0101', '78', '0101'],
      );
    },
    'returns undefined': async kit => {
      const socket = await kit.open();
      kit.equal(socket.send('x'), undefined);
    },
    'does not throw after close(), and sends nothing': async kit => {
      const url = kit.url();
      const socket = await kit.open(url);
      socket.send('before');
      socket.close();
      socket.send('after');
      const { messages } = await kit.seen(url);
      kit.equal(
        messages.map(({ data }) => data),
        ['before'],
      );
      socket.send('long after');
    },
    'can be called in the handler of `open`': async kit => {
      const url = kit.url();
      const socket = kit.socket(url);
      socket.onopen = () => socket.send('first');
      kit.equal((await kit.event(socket, 'message')).data, 'first');
    },
  }),
  group(9, 'WebSocket', 'bufferedAmount', {
    'counts UTF-8 bytes immediately after send()': async kit => {
      const socket = await kit.open();
      const amounts = [
        'x',
        'é',
        '\u2603',
        '🔌',
        '\ud800',
        new Uint8Array(7),
        new ArrayBuffer(5),
        new Blob(['abc']),
      ].map(data => {
        const before = socket.bufferedAmount;
        socket.send(data);
        return socket.bufferedAmount - before;
      });
      kit.equal(amounts, [1, 2, 3, 4, 3, 7, 5, 3]);
    },
    'does not decrease within a task': async kit => {
      const socket = await kit.open();
      socket.send('x'.repeat(1000));
      for (let i = 0; i < 100; i++) await Promise.resolve();
      kit.equal(socket.bufferedAmount, 1000);
    },
    'returns to 0 when everything was sent': async kit => {
      const socket = await kit.open();
      socket.send('x'.repeat(1000));
      socket.send(new Blob(['abc']));
      await kit.event(socket, 'message');
      await kit.event(socket, 'message');
      await kit.sleep(20);
      kit.equal(socket.bufferedAmount, 0);
    },
    'stays above 0 while the peer does not read': async kit => {
      const socket = await openStalled(kit, 300);
      for (let i = 0; i < 16; i++) socket.send(new Uint8Array(Mi));
      kit.equal(socket.bufferedAmount, 16 * Mi);
      await kit.sleep(100);
      kit.ok(socket.bufferedAmount > 0, 'some bytes are pending');
    },
    'increases for messages sent after close()': async kit => {
      const socket = await kit.open();
      socket.close();
      const before = socket.bufferedAmount;
      socket.send('é');
      socket.send(new Uint8Array(3));
      socket.send(new Blob(['abcd']));
      kit.equal(socket.bufferedAmount - before, 9);
      await kit.event(socket, 'close');
      socket.send('x');
      await kit.sleep(20);
      kit.equal(socket.bufferedAmount - before, 10);
    },
    'does not return to 0 when the connection is lost': async kit => {
      const socket = await kit.open(kit.url('/close?code=1000&on=message'));
      socket.send('go');
      for (let i = 0; i < 16; i++) socket.send(new Uint8Array(Mi));
      await kit.event(socket, 'close');
      kit.ok(socket.bufferedAmount > 0, 'unsent bytes are still counted');
    },
  }),
];
