// Cases about WebSocketStream: `opened`, and handshakes that fail.

import { type Group, group } from '../case.ts';

export const streamOpening: readonly Group[] = [
  group(24, 'WebSocketStream', 'opened', {
    'is a dictionary of extensions, protocol, readable and writable': async kit => {
      const info = await kit.settled(kit.stream().opened, 'opened');
      kit.equal(Object.keys(info as object).sort(), ['extensions', 'protocol', 'readable', 'writable']);
      kit.ok(Object.getPrototypeOf(info) === Object.prototype, 'it is a plain object');
      const copy = { ...(info as { extensions: unknown; protocol: unknown }) };
      kit.equal([typeof copy.extensions, copy.protocol], ['string', '']);
    },
    'has streams that are instances of the host’s classes': async kit => {
      const { readable, writable } = await kit.streams();
      ReadableStream.prototype.getReader.call(readable).releaseLock();
      WritableStream.prototype.getWriter.call(writable).releaseLock();
      kit.ok(
        readable instanceof ReadableStream && writable instanceof WritableStream,
        "the streams are instances of the host's classes",
      );
    },
    'has the selected subprotocol': async kit => {
      const url = kit.url('/protocol?choose=beta');
      kit.equal((await kit.streams(url, { protocols: ['alpha', 'beta'] })).protocol, 'beta');
    },
    'rejects with a WebSocketError without a code if the handshake fails, and `closed` with 1006':
      async kit => {
        for (const url of [
          kit.url('/refuse?status=404'),
          kit.url('/refuse?status=200'),
          kit.url('/x', 'dead'),
        ]) {
          const stream = kit.stream(url);
          const opened = await kit.rejects(stream.opened, 'WebSocketError', 'opened');
          const closed = await kit.rejects(stream.closed, 'WebSocketError', 'closed');
          kit.equal([opened.closeCode, opened.reason], [null, '']);
          kit.equal([closed.closeCode, closed.reason], [1006, '']);
        }
      },
    'rejects if the server selects no subprotocol, another one, or one although none was offered':
      async kit => {
        for (const [choice, protocols] of [
          ['', ['a']],
          ['?choose=b', ['a']],
          ['?choose=b', []],
        ] as const) {
          const stream = kit.stream(kit.url(`/protocol${choice}`), { protocols });
          await kit.rejects(stream.opened, 'WebSocketError', choice);
        }
      },
    'rejects with a WebSocketError if close() is called first, and so does `closed`': async kit => {
      const stream = kit.stream(kit.slowUrl());
      stream.close();
      const opened = await kit.rejects(stream.opened, 'WebSocketError', 'opened');
      const closed = await kit.rejects(stream.closed, 'WebSocketError', 'closed');
      kit.equal([opened.closeCode, closed.closeCode, closed.reason], [null, 1006, '']);
    },
    'rejects with a WebSocketError without a code, whatever the arguments of close()': async kit => {
      const stream = kit.stream(kit.slowUrl());
      stream.close({ closeCode: 3000, reason: 'never' });
      const closed = await kit.rejects(stream.closed, 'WebSocketError', 'closed');
      kit.equal([closed.closeCode, closed.reason], [1006, '']);
    },
  }),
];
