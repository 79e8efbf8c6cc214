// Cases about WebSocketStream: readable and writable while the connection is open.

import { type Group, group } from '../case.ts';
import type { Any, Kit } from '../inside/kit.ts';

const Mi = 1024 * 1024;

async function arrives(kit: Kit, ...chunks: unknown[]): Promise<readonly unknown[]> {
  const url = kit.url();
  const { writable } = await kit.streams(url);
  const writer = writable.getWriter();
  for (const chunk of chunks) await writer.write(chunk);
  const { messages } = await kit.seen(url, seen => seen.messages.length === chunks.length);
  return messages.map(({ type, data }) => [type, data]);
}

async function read(readable: ReadableStream, count: number): Promise<unknown[]> {
  const reader = readable.getReader();
  const values: unknown[] = [];
  while (values.length < count) values.push((await reader.read()).value);
  reader.releaseLock();
  return values;
}

/** Asserts that a write of the chunk is rejected with an error of this name. */
async function rejectsWrite(kit: Kit, chunk: unknown, name: string): Promise<void> {
  const { writable } = await kit.streams();
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  await kit.rejects(writer.write(chunk), name, 'the write');
}

export const streamMessages: readonly Group[] = [
  group(25, 'WebSocketStream', 'readable', {
    'outputs text as strings, and keeps byte order marks': async kit => {
      const { readable } = await kit.streams(kit.url('/send?kind=unicode'));
      kit.equal(await read(readable, 1), ['\ufeffé🔌']);
    },
    'outputs binary as Uint8Array': async kit => {
      const { readable } = await kit.streams(kit.url('/send?kind=binary'));
      const [value] = (await read(readable, 1)) as [Uint8Array];
      kit.ok(value.constructor === Uint8Array, 'it is not an instance of a subclass');
      kit.equal([...value], [1, 2, 3]);
    },
    'outputs a chunk for each message in order, also for empty ones': async kit => {
      const { readable } = await kit.streams(kit.url('/send?kind=mixed'));
      const [one, bytes, two] = await read(readable, 3);
      kit.equal([one, [...(bytes as Uint8Array)], two], ['one', [1], 'two']);
      kit.equal(await read((await kit.streams(kit.url('/send?kind=empty'))).readable, 1), ['']);
    },
    'applies backpressure to the peer if it is not read': async kit => {
      const url = kit.url('/flood');
      const { readable } = await kit.streams(url);
      await kit.sleep(300);
      kit.ok(
        (await kit.seen(url, () => true)).unsentBytes > 8 * Mi,
        'most of 16 MiB is unsent at the server',
      );
      kit.equal(((await read(readable, 1)) as [Uint8Array])[0].byteLength, Mi);
    },
    'outputs the messages before the peer’s Close, however late it is read': async kit => {
      const { stream, readable } = await kit.streams(kit.url('/close?code=4000&messages=a,b'));
      await kit.sleep(100);
      const reader = readable.getReader();
      const values = [await reader.read(), await reader.read(), await reader.read()].map(
        ({ value }) => value,
      );
      kit.equal(values, ['a', 'b', undefined]);
      kit.equal(((await kit.settled(stream.closed, 'closed')) as Any).closeCode, 4000);
    },
    'can be iterated asynchronously': async kit => {
      const { readable } = await kit.streams(kit.url('/send?kind=three'));
      const collected: unknown[] = [];
      for await (const value of readable) {
        if (collected.push(value) === 3) break;
      }
      kit.equal(collected, ['one', 'two', 'three']);
    },
    'can be teed and piped': async kit => {
      const { readable } = await kit.streams(kit.url('/close?code=4000&messages=a,b'));
      const [left, right] = readable.tee();
      const collected: unknown[] = [];
      await kit.settled(
        left.pipeTo(new WritableStream({ write: value => void collected.push(value) })),
        'the pipe',
      );
      kit.equal(
        [collected, await read(right, 2)],
        [
          ['a', 'b'],
          ['a', 'b'],
        ],
      );
    },
  }),
  group(26, 'WebSocketStream', 'writable', {
    'sends strings as text, with lone surrogates replaced': async kit => {
      kit.equal(await arrives(kit, 'é', '', '\ud800'), [
        ['text', 'é'],
        ['text', ''],
        ['text', '\ufffd'],
      ]);
    },
    'sends buffers and the bytes of views as binary': async kit => {
      const { buffer } = new Uint8Array([0, 1, 2, 3]);
      kit.equal(
        await arrives(kit, buffer, new Uint8Array(buffer, 1, 2), new DataView(buffer, 2), new ArrayBuffer(0)),
        [
          ['binary', '00010203'],
          ['binary', '0102'],
          ['binary', '0203'],
          ['binary', ''],
        ],
      );
    },
    'converts other values to strings': async kit => {
      const odd = [5, null, undefined, true, {}, { toString: () => 'mine' }];
      kit.equal(
        (await arrives(kit, ...odd)).map(message => (message as string[])[1]),
        odd.map(value => `${value as string}`),
      );
    },
    'converts a Blob to a string': async kit => {
      kit.equal(await arrives(kit, new Blob(['x'])), [['text', '[object Blob]']]);
    },
    'converts objects that only resemble a buffer to strings': async kit => {
      kit.equal(await arrives(kit, { [Symbol.toStringTag]: 'ArrayBuffer', byteLength: 3 }), [
        ['text', '[object ArrayBuffer]'],
      ]);
    },
    'rejects a write with a TypeError if the chunk cannot be converted to a string': kit =>
      rejectsWrite(
        kit,
        {
          toString() {
            return this;
          },
        },
        'TypeError',
      ),
    'rejects a write of a Symbol with a TypeError': kit => rejectsWrite(kit, Symbol('s'), 'TypeError'),
    'rejects a write of a resizable buffer with a TypeError': kit =>
      rejectsWrite(kit, new (ArrayBuffer as Any)(4, { maxByteLength: 8 }), 'TypeError'),
    'rejects a write of a view of a shared buffer with a TypeError': kit =>
      rejectsWrite(
        kit,
        new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer),
        'TypeError',
      ),
    'copies the bytes when a write is processed: later changes are not sent': async kit => {
      const url = kit.url();
      const { writable } = await kit.streams(url);
      const writer = writable.getWriter();
      await writer.ready;
      const bytes = new Uint8Array([1]);
      const write = writer.write(bytes);
      bytes[0] = 2;
      await write;
      kit.equal((await kit.seen(url, seen => seen.messages.length === 1)).messages[0]?.data, '01');
    },
    'does not resolve a write while the peer does not read': async kit => {
      const { writable } = await kit.streams(kit.url('/stall?ms=400'));
      const writer = writable.getWriter();
      const write = writer.write(new Uint8Array(16 * Mi));
      kit.equal(await kit.state(write, 200), 'pending');
      await kit.settled(write, 'the write');
    },
    'resolves a write with undefined': async kit => {
      const { writable } = await kit.streams();
      kit.equal(await writable.getWriter().write('x'), undefined);
    },
    'resolves a write after close(), and drops it': async kit => {
      const url = kit.url('/delayed?ms=100');
      const { stream, writable } = await kit.streams(url);
      const writer = writable.getWriter();
      stream.close();
      kit.equal(await kit.settled(writer.write('dropped'), 'the write'), undefined);
    },
    'has a positive desiredSize initially, and none while a write is pending': async kit => {
      const { writable } = await kit.streams(kit.url('/stall?ms=400'));
      const writer = writable.getWriter();
      kit.ok(writer.desiredSize > 0, 'desiredSize is positive');
      await kit.settled(writer.ready, 'ready');
      writer.write(new Uint8Array(16 * Mi)).catch(() => {});
      kit.ok(writer.desiredSize <= 0, 'desiredSize is not positive');
      kit.equal(await kit.state(writer.ready, 100), 'pending');
    },
  }),
];
