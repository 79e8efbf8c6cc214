import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocketError } from '../../lib/base/websocket-error.ts';
import type { StreamedMessage } from '../../lib/sockets/incoming-messages.ts';
import type { SocketOptions } from '../../lib/sockets/socket-options.ts';
import { fromHex } from '../support/hex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

const test = suite('IncomingMessages');

function open(options: SocketOptions = { deliver: 'parts' }) {
  const the = openByHand(options);
  const reader = the.socket.messages.getReader();
  const next = async (): Promise<StreamedMessage> => (await reader.read()).value!;
  return { ...the, reader, next };
}

/** Returns all parts; the last item is `'end'` or the failure. */
async function parts(message: StreamedMessage): Promise<unknown[]> {
  const got: unknown[] = [];
  try {
    for await (const part of message.readable) got.push(part);
  } catch (error) {
    return [...got, error];
  }
  return [...got, 'end'];
}

const code = (error: unknown) => (error as WebSocketError).closeCode;

test('gives each message its type and its parts as they come (§5.4)', async () => {
  const { duplex, next } = open();
  duplex.give(fromClient.text('a', { fin: false }) + fromClient.continuation('b', { fin: false }));
  const first = await next();
  assert.is(first.type, 'text');
  const reader = first.readable.getReader();
  assert.is((await reader.read()).value, 'a');
  assert.is((await reader.read()).value, 'b');
  const last = reader.read();
  assert.is(await fate(last), 'pending');
  duplex.give(fromClient.continuation('c') + fromClient.binary(Uint8Array.of(0xff)));
  assert.is((await last).value, 'c');
  assert.is((await reader.read()).done, true);
  const second = await next();
  assert.equal([second.type, await parts(second)], ['binary', [Uint8Array.of(255), 'end']]);
});

test('gives each message as one part if whole messages are delivered', async () => {
  const { duplex, next } = open({});
  duplex.give(fromClient.text('a', { fin: false }) + fromClient.continuation('b') + fromClient.binary());
  assert.equal(await parts(await next()), ['ab', 'end']);
  assert.equal(await parts(await next()), ['end'], 'an empty binary message has no part');
});

test('supports BYOB readers for the bytes of a binary message', async () => {
  const { duplex, next } = open();
  duplex.give(
    fromClient.binary('\x01\x02\x03', { fin: false }) +
      fromClient.continuation('', { fin: false }) +
      fromClient.continuation('\x04', { fin: false }) +
      fromClient.continuation(),
  );
  const message = await next();
  const reader = (message.readable as ReadableStream<Uint8Array>).getReader({ mode: 'byob' });
  const got: number[] = [];
  for (let view = new Uint8Array(2); ; ) {
    const { done, value } = await reader.read(view);
    if (done) break;
    got.push(...value);
    view = new Uint8Array(value.buffer);
  }
  assert.equal(got, [1, 2, 3, 4]);
  duplex.give(fromClient.text('a'));
  const { readable } = await next();
  assert.throws(() => (readable as ReadableStream<Uint8Array>).getReader({ mode: 'byob' }), TypeError);
});

test('collects the whole message by text, bytes and json, wherever it is cut', async () => {
  for (const deliver of ['parts', 'messages'] as const) {
    const { duplex, next } = open({ deliver });
    duplex.give(
      fromClient.text(Uint8Array.of(0x61, 0xf0, 0x9f), { fin: false }) +
        fromClient.continuation(Uint8Array.of(0x98, 0x80), { fin: false }) +
        fromClient.continuation('b'),
    );
    assert.is(await (await next()).text(), 'a😀b');
    duplex.give(
      fromClient.text(Uint8Array.of(0x61, 0xf0, 0x9f), { fin: false }) +
        fromClient.continuation(Uint8Array.of(0x98, 0x80)),
    );
    assert.equal(await (await next()).bytes(), Uint8Array.of(0x61, 0xf0, 0x9f, 0x98, 0x80));
    duplex.give(
      fromClient.binary('\x01', { fin: false }) +
        fromClient.continuation('', { fin: false }) +
        fromClient.continuation('\x02'),
    );
    assert.equal(await (await next()).bytes(), Uint8Array.of(1, 2));
    duplex.give(fromClient.text('{"a":', { fin: false }) + fromClient.continuation('[1]}'));
    assert.equal(await (await next()).json(), { a: [1] });
    duplex.give(fromClient.text() + fromClient.binary() + fromClient.text('{'));
    assert.is(await (await next()).text(), '');
    assert.equal(await (await next()).bytes(), new Uint8Array(0));
    assert.ok((await fate((await next()).json())) instanceof SyntaxError);
    duplex.give(fromClient.binary('{}') + fromClient.text('next'));
    const binary = await next();
    assert.ok((await fate(binary.text())) instanceof TypeError);
    assert.ok((await fate(binary.json())) instanceof TypeError);
    assert.is(await (await next()).text(), 'next');
  }
});

test('cancels a message one unit above the limit with 1009, and delivers the next', async () => {
  const { duplex, next, socket } = open();
  const message = fromClient.text('abc', { fin: false }) + fromClient.continuation('de');
  duplex.give(message.repeat(6) + fromClient.text('next'));
  assert.is(await (await next()).text(5), 'abcde');
  assert.is(code(await fate((await next()).text(4))), 1009);
  assert.is((await (await next()).bytes(5)).length, 5);
  assert.is(code(await fate((await next()).bytes(2))), 1009);
  assert.is(code(await fate((await next()).json(4))), 1009);
  assert.ok((await fate((await next()).json(5))) instanceof SyntaxError);
  assert.is(await (await next()).text(), 'next');
  assert.is(await fate(socket.closed), 'pending');
});

test('takes at most 16 MiB by default', async () => {
  const part = fromHex(fromClient.continuation('a'.repeat(65_535), { fin: false }));
  for (const read of ['text', 'bytes'] as const) {
    const { duplex, next } = open();
    duplex.give(fromClient.text('a'.repeat(256), { fin: false }));
    const whole = (await next())[read]();
    for (let i = 0; i < 256; i++) {
      duplex.give(part);
      if (i % 8 === 0) await settle();
    }
    duplex.give(fromClient.continuation());
    assert.is((await whole).length, 16_777_216);
    duplex.give(fromClient.text('a'.repeat(257), { fin: false }));
    const beyond = (await next())[read]();
    for (let i = 0; i < 256; i++) {
      duplex.give(part);
      if (i % 8 === 0) await settle();
    }
    assert.is(code(await fate(beyond)), 1009);
  }
});

test('drops the rest of a message when the next is requested, which is whole', async () => {
  const { duplex, next } = open();
  duplex.give(
    fromClient.text('a', { fin: false }) +
      fromClient.continuation('b', { fin: false }) +
      fromClient.continuation('c') +
      fromClient.text('second'),
  );
  const skipped = await next();
  const second = await next();
  assert.is(await second.text(), 'second');
  assert.ok((await fate(skipped.readable.getReader().read())) instanceof TypeError);
});

test('waits for the remaining parts and drops them when the next message is requested', async () => {
  const { duplex, next } = open();
  duplex.give(fromClient.text('a', { fin: false }));
  const skipped = await next();
  const reader = skipped.readable.getReader();
  assert.is((await reader.read()).value, 'a');
  const read = reader.read();
  const second = next();
  assert.ok((await fate(read)) instanceof TypeError);
  duplex.give(fromClient.continuation('b', { fin: false }));
  assert.is(await fate(second), 'pending');
  duplex.give(fromClient.continuation('c') + fromClient.text('second'));
  assert.is(await (await second).text(), 'second');
});

test('drops a cancelled message to its end, delivers the next, and stays open', async () => {
  const { duplex, next, socket } = open();
  duplex.give(fromClient.text('a', { fin: false }) + fromClient.continuation('b', { fin: false }));
  await (await next()).readable.cancel();
  duplex.give(fromClient.continuation('c', { fin: false }));
  await settle();
  duplex.give(fromClient.continuation('d') + fromClient.text('second') + fromClient.text('third'));
  const second = await next();
  await second.readable.cancel();
  const third = await next();
  assert.is(await third.text(), 'third');
  await second.readable.cancel();
  assert.is(await fate(socket.closed), 'pending');
});

test('delivers each message to a loop that reads none of them', async () => {
  const { duplex, socket } = openByHand({ deliver: 'parts' });
  duplex.give(
    (fromClient.text('a', { fin: false }) + fromClient.continuation('b') + fromClient.binary('\x00')).repeat(
      1000,
    ) + fromClient.close(1000),
  );
  duplex.end();
  const types: string[] = [];
  for await (const { type } of socket.messages) types.push(type);
  assert.is(types.length, 2000);
  assert.equal(types.slice(-2), ['text', 'binary']);
});

test('stops the duplex on an unread message, and resumes it when the message is skipped', async () => {
  const { duplex, next } = open();
  duplex.give(fromClient.binary('', { fin: false }));
  const part = fromClient.continuation(new Uint8Array(16_384), { fin: false });
  for (let i = 0; i < 100; i++) duplex.give(part);
  duplex.give(fromClient.continuation() + fromClient.text('next'));
  const message = await next();
  for (let i = 0; i < 10; i++) await settle();
  assert.ok(duplex.unread > 90, `${duplex.unread}`);
  const reader = message.readable.getReader();
  for (let i = 0; i < 3; i++) await reader.read();
  for (let i = 0; i < 5; i++) await settle();
  assert.ok(duplex.unread > 85, `${duplex.unread}`);
  assert.is(await (await next()).text(), 'next');
});

test('passes a message in parts that exceeds every limit of whole messages', async () => {
  const { duplex, next } = open();
  duplex.give(fromClient.binary('\x00', { fin: false }));
  const message = await next();
  const reader = message.readable.getReader();
  let length = 0;
  const reading = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) length += part.value.length;
  })();
  const part = fromClient.continuation(new Uint8Array(65_535), { fin: false });
  for (let i = 0; i < 40; i++) {
    duplex.give(part);
    await settle();
  }
  duplex.give(fromClient.continuation());
  await reading;
  assert.is(length, 1 + 40 * 65_535);
});

test('delivers complete messages after the end, whenever they are read', async () => {
  for (const began of [false, true]) {
    for (const clean of [false, true]) {
      const { duplex, next, reader } = open();
      duplex.give(
        fromClient.text('a', { fin: false }) + fromClient.continuation('b') + fromClient.text('second'),
      );
      const early = began ? await next() : undefined;
      if (clean) duplex.give(fromClient.close(1000));
      duplex.end();
      await settle();
      const first = early ?? (await next());
      assert.equal(await parts(first), ['a', 'b', 'end']);
      assert.is(await (await next()).text(), 'second');
      const last = reader.read();
      assert.is(clean ? (await last).done : code(await fate(last)), clean ? true : 1006);
    }
  }
});

test('fails a message that was cut off after its parts, also for a pending read', async () => {
  for (const [wire, expected] of [
    ['', 1006],
    [fromClient.close(1000), null],
    [fromClient.frame(3), 1002],
  ] as const) {
    for (const when of ['early', 'waiting', 'late'] as const) {
      const { duplex, next, reader } = open();
      duplex.give(fromClient.text('a', { fin: false }) + fromClient.continuation('b', { fin: false }));
      await settle();
      const early = when === 'late' ? undefined : await next();
      const reading = when === 'waiting' ? parts(early!) : undefined;
      await settle();
      if (wire !== '') duplex.give(wire);
      duplex.end();
      await settle();
      const got = await (reading ?? parts(early ?? (await next())));
      assert.equal(got.slice(0, 2), ['a', 'b']);
      const failure = got[2] as WebSocketError;
      assert.equal([failure.name, failure.closeCode], ['WebSocketError', expected], when);
      const last = reader.read();
      assert.is(expected === null ? (await last).done : code(await fate(last)), expected ?? true);
    }
  }
});

test('rejects `closed` of a reader without parts left if the message is cut off', async () => {
  const { duplex, next } = open();
  duplex.give(fromClient.text('a', { fin: false }));
  const reader = (await next()).readable.getReader();
  await reader.read();
  duplex.give(fromClient.close(1000));
  assert.is(((await fate(reader.closed)) as Error).name, 'WebSocketError');
});

test('ends with the others if a skipped message is cut off', async () => {
  const { duplex, next, reader } = open();
  duplex.give(fromClient.text('a', { fin: false }));
  await (await next()).readable.cancel();
  const read = reader.read();
  duplex.give(fromClient.continuation('b', { fin: false }) + fromClient.close(1000));
  assert.is((await read).done, true);
});

test('answers control frames between the parts without delivering them', async () => {
  const { duplex, next } = open();
  duplex.give(fromClient.text('a', { fin: false }) + fromClient.ping('p') + fromClient.continuation('b'));
  assert.is(await (await next()).text(), 'ab');
  assert.is(duplex.wire, fromServer.pong('p'));
});

test('does not lose queued messages of a WebSocket that only sends', async () => {
  const { duplex, socket, next } = open();
  duplex.give(fromClient.text('a', { fin: false }));
  const message = await next();
  socket.discardIncoming();
  duplex.give(
    fromClient.continuation('b') +
      fromClient.text('x').repeat(5000) +
      fromClient.ping() +
      fromClient.close(1000),
  );
  duplex.end();
  const got = await parts(message);
  assert.is((got.at(-1) as Error).name, 'WebSocketError');
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
  assert.ok(duplex.wire.startsWith(fromServer.pong()));
});

test('can pipe the parts into a stream of the platform', async () => {
  const { duplex, socket } = openByHand({ deliver: 'parts' });
  duplex.give(
    fromClient.binary('a', { fin: false }) +
      fromClient.continuation('bc', { fin: false }) +
      fromClient.continuation(),
  );
  const message = (await socket.messages.getReader().read()).value!;
  assert.is(message.type, 'binary');
  if (message.type !== 'binary') return;
  const got: number[] = [];
  await message.readable.pipeTo(new WritableStream({ write: part => void got.push(...part) }));
  assert.equal(got, [0x61, 0x62, 0x63]);
});

test('infers the type of the parts from the type of a message (C8)', async () => {
  const { duplex, socket } = openByHand({ deliver: 'parts' });
  duplex.give(fromClient.text('a') + fromClient.binary('b'));
  const seen: string[] = [];
  for await (const message of socket.messages) {
    if (message.type === 'text') for await (const part of message.readable) seen.push(part.toUpperCase());
    else for await (const part of message.readable) seen.push(`${part.byteLength} byte`);
    if (seen.length === 2) break;
  }
  assert.equal(seen, ['A', '1 byte']);
});

test.run();
