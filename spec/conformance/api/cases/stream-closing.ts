// Cases about WebSocketStream: close(), the ends of both streams, and `closed`.

import { type Group, group } from '../case.ts';
import type { Any, Kit } from '../inside/kit.ts';

const Mi = 1024 * 1024;

type Info = Any;

/** The methods of the streams that end the connection with a reason. */
const ends: Readonly<Record<string, (info: Info, reason?: unknown) => Promise<void>>> = {
  'readable.cancel': ({ readable }, reason) => readable.cancel(reason),
  'writable.abort': ({ writable }, reason) => writable.abort(reason),
};

/** Ends a connection with a reason, and returns code and reason of the Close that the server received. */
async function closeSentFor(
  kit: Kit,
  end: (info: Info, reason?: unknown) => Promise<void>,
  reason: unknown,
): Promise<unknown> {
  const url = kit.url();
  const info = await kit.streams(url);
  void end(info, reason);
  await kit.settled(info.stream.closed, 'closed');
  const { close } = await kit.seen(url);
  return [close?.code, close?.reason];
}

/** Returns a case for each method that ends the connection. */
const forEachEnd = (
  title: string,
  run: (kit: Kit, end: (info: Info, reason?: unknown) => Promise<void>) => Promise<void>,
) =>
  Object.fromEntries(
    Object.entries(ends).map(([name, end]) => [`${name}() ${title}`, (kit: Kit) => run(kit, end)]),
  );

export const streamClosing: readonly Group[] = [
  group(27, 'WebSocketStream', 'close(closeInfo)', {
    'sends a Close without a body by default': async kit => {
      for (const args of [[], [undefined], [null], [{}], [{ reason: '' }], [{ closeCode: undefined }]]) {
        const url = kit.url();
        const { stream } = await kit.streams(url);
        kit.equal(stream.close(...args), undefined);
        kit.equal(await kit.settled(stream.closed, 'closed'), { closeCode: 1005, reason: '' });
        kit.equal((await kit.seen(url)).close, { code: 1005, reason: '' });
      }
    },
    'sends code and reason; `closed` has those of the peer': async kit => {
      const url = kit.url('/delayed?ms=0');
      const { stream } = await kit.streams(url);
      stream.close({ closeCode: 3456, reason: 'pizza' });
      kit.equal(await kit.settled(stream.closed, 'closed'), { closeCode: 3456, reason: 'pizza' });
      kit.equal((await kit.seen(url)).close, { code: 3456, reason: 'pizza' });
    },
    'sends 1000 for a reason without a code': async kit => {
      const url = kit.url();
      const { stream } = await kit.streams(url);
      stream.close({ reason: 'non-empty' });
      kit.equal((await kit.seen(url)).close, { code: 1000, reason: 'non-empty' });
    },
    'converts its members': async kit => {
      for (const [info, code, reason] of [
        [{ closeCode: '1000.9' }, 1000, ''],
        [{ closeCode: 1000, reason: null }, 1000, 'null'],
        [{ closeCode: 3000, reason: '\ud800' }, 3000, '\ufffd'],
        [Object.create({ closeCode: 3001 }), 3001, ''],
      ]) {
        const url = kit.url();
        (await kit.streams(url)).stream.close(info);
        kit.equal((await kit.seen(url)).close, { code, reason });
      }
    },
    'throws a TypeError for a value other than an object, and for a code out of range': async kit => {
      const { stream } = await kit.streams();
      for (const info of [
        true,
        3000,
        'bye',
        Symbol('s'),
        { closeCode: -1 },
        { closeCode: 65_536 },
        { closeCode: 'x' },
      ]) {
        kit.throws('TypeError', () => stream.close(info), String(info));
      }
      kit.throws('TypeError', () => stream.close({ closeCode: Number.NaN }));
      kit.throws('TypeError', () => stream.close(3000, 'bye'));
    },
    'throws an InvalidAccessError for other codes, and a SyntaxError for a reason that is too long':
      async kit => {
        const { stream } = await kit.streams();
        for (const closeCode of [0, 999, 1001, 1006, 2999, 5000, null]) {
          kit.throws(
            'InvalidAccessError',
            () => stream.close({ closeCode, reason: 'x'.repeat(124) }),
            String(closeCode),
          );
        }
        kit.throws('SyntaxError', () => stream.close({ reason: '.'.repeat(124) }));
        kit.throws('SyntaxError', () => stream.close({ closeCode: 1000, reason: '🔌'.repeat(31) }));
      },
    'validates its argument also before the connection is open': kit => {
      const stream = kit.stream(kit.slowUrl());
      kit.throws('TypeError', () => stream.close(true));
      kit.throws('InvalidAccessError', () => stream.close({ closeCode: 1001 }));
    },
    'does nothing when called again': async kit => {
      const url = kit.url();
      const { stream } = await kit.streams(url);
      stream.close({ closeCode: 3001 });
      stream.close({ closeCode: 3002 });
      await kit.settled(stream.closed, 'closed');
      stream.close({ closeCode: 3003 });
      kit.equal((await kit.seen(url)).close?.code, 3001);
    },
    'sends the Close after earlier writes': async kit => {
      const url = kit.url();
      const { stream, writable } = await kit.streams(url);
      const writer = writable.getWriter();
      const writes = [writer.write('a'), writer.write(new Uint8Array(Mi))];
      await Promise.all(writes);
      stream.close({ closeCode: 1000 });
      await kit.settled(stream.closed, 'closed');
      kit.equal(
        (await kit.seen(url)).messages.map(({ bytes }) => bytes),
        [1, Mi],
      );
    },
  }),
  group(28, 'WebSocketStream', 'Ends of the streams', {
    'writer.close() sends a Close without a code, and resolves after the peer’s': async kit => {
      const url = kit.url('/delayed?ms=200');
      const { stream, writable } = await kit.streams(url);
      const start = performance.now();
      await kit.settled(writable.getWriter().close(), 'close');
      kit.ok(performance.now() - start > 150, 'it settled after 200 ms');
      kit.equal(await kit.settled(stream.closed, 'closed'), { closeCode: 1005, reason: '' });
    },
    'writer.close() sends the Close after earlier writes': async kit => {
      const url = kit.url();
      const { writable } = await kit.streams(url);
      const writer = writable.getWriter();
      writer.write('a').catch(() => {});
      writer.write(new Uint8Array(Mi)).catch(() => {});
      await kit.settled(writer.close(), 'close');
      kit.equal(
        (await kit.seen(url)).messages.map(({ bytes }) => bytes),
        [1, Mi],
      );
    },
    'writer.close() rejects if the connection is lost': async kit => {
      const { writable } = await kit.streams(kit.url('/abrupt?on=close'));
      const error = await kit.rejects(writable.getWriter().close(), 'WebSocketError', 'close');
      kit.equal(error.closeCode, 1006);
    },
    ...forEachEnd('without a reason sends a Close without a code', async (kit, end) => {
      kit.equal(await closeSentFor(kit, end, undefined), [1005, '']);
    }),
    ...forEachEnd('with a WebSocketError sends its code and reason', async (kit, end) => {
      const { WebSocketError } = kit;
      kit.equal(await closeSentFor(kit, end, new WebSocketError('', { closeCode: 3333 })), [3333, '']);
      kit.equal(await closeSentFor(kit, end, new WebSocketError('', { closeCode: 3456, reason: 'set' })), [
        3456,
        'set',
      ]);
      kit.equal(await closeSentFor(kit, end, new WebSocketError('', { reason: 'specified' })), [
        1000,
        'specified',
      ]);
    }),
    ...forEachEnd('with anything else sends a Close without a code', async (kit, end) => {
      const exception = Object.assign(new DOMException('yes', 'DataCloneError'), {
        closeCode: 1000,
        reason: 'no',
      });
      const named = Object.assign(new Error('x'), { name: 'WebSocketError', closeCode: 4000, reason: 'no' });
      for (const reason of [
        { closeCode: 3333, reason: 'obsolete' },
        exception,
        named,
        'text',
        new Error('x'),
      ]) {
        kit.equal(await closeSentFor(kit, end, reason), [1005, ''], String(reason));
      }
    }),
    ...forEachEnd('resolves, and `closed` is fulfilled', async (kit, end) => {
      const info = await kit.streams();
      kit.equal(await kit.settled(end(info, 'x'), 'the end'), undefined);
      kit.equal(await kit.settled(info.stream.closed, 'closed'), { closeCode: 1005, reason: '' });
    }),
    'writable.abort() errors the writable with the reason': async kit => {
      const { writable } = await kit.streams();
      const reason = new Error('mine');
      const writer = writable.getWriter();
      await writer.abort(reason);
      kit.ok(
        (await writer.closed.catch((error: unknown) => error)) === reason,
        'the writer fails with the reason',
      );
    },
  }),
  group(29, 'WebSocketStream', 'When the WebSocket connection is closed cleanly', {
    '`closed` is fulfilled with a dictionary of closeCode and reason': async kit => {
      for (const [query, closeCode, reason] of [
        ['', 1005, ''],
        ['?code=1000', 1000, ''],
        ['?code=1011&reason=sorry', 1011, 'sorry'],
        [`?code=4000&reason=${encodeURIComponent('ロボット')}`, 4000, 'ロボット'],
      ] as const) {
        kit.equal(await kit.settled(kit.stream(kit.url(`/close${query}`)).closed, 'closed'), {
          closeCode,
          reason,
        });
      }
    },
    'the readable is closed, and the writable is errored with an InvalidStateError': async kit => {
      const { stream, readable, writable } = await kit.streams(kit.url('/close?code=1000'));
      await kit.settled(stream.closed, 'closed');
      kit.equal((await readable.getReader().read()).done, true);
      const writer = writable.getWriter();
      await kit.rejects(writer.ready, 'InvalidStateError', 'ready');
      const error = await kit.rejects(writer.closed, 'InvalidStateError', 'closed');
      kit.ok(
        error === (await writer.write('x').catch((error: unknown) => error)),
        'each time the same error',
      );
    },
    'after our own close(), too, the readable is closed, and the writable is errored': async kit => {
      const { stream, readable, writable } = await kit.streams();
      const reader = readable.getReader();
      stream.close();
      kit.equal(((await kit.settled(reader.read(), 'read')) as Any).done, true);
      await kit.rejects(writable.getWriter().closed, 'InvalidStateError');
    },
    'the code is that of the peer even if our Close was sent first': async kit => {
      const { stream } = await kit.streams(kit.url('/close?code=4222&reason=remote&after=30'));
      await kit.sleep(25);
      stream.close({ closeCode: 4222, reason: 'remote' });
      kit.equal(await kit.settled(stream.closed, 'closed'), { closeCode: 4222, reason: 'remote' });
    },
  }),
  group(30, 'WebSocketStream', 'When the WebSocket connection is not closed cleanly', {
    'readable, writable and `closed` fail with the same WebSocketError, with 1006 if no Close was received':
      async kit => {
        const { stream, readable, writable } = await kit.streams(kit.url('/abrupt'));
        const error = await kit.rejects(stream.closed, 'WebSocketError', 'closed');
        kit.equal([error.closeCode, error.reason], [1006, '']);
        kit.ok(
          (await readable
            .getReader()
            .read()
            .catch((error: unknown) => error)) === error,
          'the readable’s',
        );
        kit.ok(
          (await writable.getWriter().ready.catch((error: unknown) => error)) === error,
          'the writable’s',
        );
      },
    'readable and `closed` fail with 1006 if the peer violates the protocol': async kit => {
      const { stream, readable } = await kit.streams(kit.url('/raw?hex=8300'));
      const error = await kit.rejects(stream.closed, 'WebSocketError', 'closed');
      kit.equal([error.closeCode, error.reason], [1006, '']);
      kit.ok(
        (await readable
          .getReader()
          .read()
          .catch((error: unknown) => error)) === error,
        'the readable’s',
      );
    },
    '`closed` fails with 1006 if the peer ends the connection instead of answering our Close': async kit => {
      const { stream } = await kit.streams(kit.url('/abrupt?on=close'));
      stream.close({ closeCode: 4000, reason: 'because' });
      const error = await kit.rejects(stream.closed, 'WebSocketError', 'closed');
      kit.equal([error.closeCode, error.reason], [1006, '']);
    },
    'if a Close arrives while a write is pending, `closed` rejects with its code, and the write with an InvalidStateError':
      async kit => {
        const { stream, writable } = await kit.streams(kit.url('/close?code=4567&reason=now&on=message'));
        const writer = writable.getWriter();
        await writer.write('go');
        const write = writer.write(new Uint8Array(16 * Mi));
        const [closed, written] = await Promise.all([
          kit.rejects(stream.closed, 'WebSocketError', 'closed'),
          kit.rejects(write, 'InvalidStateError', 'the write'),
        ]);
        kit.equal([closed.closeCode, closed.reason], [4567, 'now']);
        kit.ok(
          (await writer.write('x').catch((error: unknown) => error)) === written,
          'both errors are the same',
        );
      },
  }),
];
