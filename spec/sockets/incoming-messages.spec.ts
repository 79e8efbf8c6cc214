import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocketError } from '../../lib/base/websocket-error.ts';
import type { StreamedMessage } from '../../lib/sockets/incoming-messages.ts';
import type { SocketOptions } from '../../lib/sockets/socket-options.ts';
import { unhex } from '../support/hex.ts';
import { fromServer } from '../support/named-frames.ts';
import { ascii, close, frame, text } from '../support/peer-frames.ts';
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
  duplex.give(frame('01', '61') + frame('00', '62'));
  const first = await next();
  assert.is(first.type, 'text');
  const reader = first.readable.getReader();
  assert.is((await reader.read()).value, 'a');
  assert.is((await reader.read()).value, 'b');
  const last = reader.read();
  assert.is(await fate(last), 'pending');
  duplex.give(frame('80', '63') + frame('82', 'ff'));
  assert.is((await last).value, 'c');
  assert.is((await reader.read()).done, true);
  const second = await next();
  assert.equal([second.type, await parts(second)], ['binary', [Uint8Array.of(255), 'end']]);
});

test('gives each message as one part if whole messages are delivered', async () => {
  const { duplex, next } = open({});
  duplex.give(frame('01', '61') + frame('80', '62') + frame('82'));
  assert.equal(await parts(await next()), ['ab', 'end']);
  assert.equal(await parts(await next()), ['end'], 'an empty binary message has no part');
});

test('supports BYOB readers for the bytes of a binary message', async () => {
  const { duplex, next } = open();
  duplex.give(frame('02', '010203') + frame('00') + frame('00', '04') + frame('80'));
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
  duplex.give(text('a'));
  const { readable } = await next();
  assert.throws(() => (readable as ReadableStream<Uint8Array>).getReader({ mode: 'byob' }), TypeError);
});

test('collects the whole message by text, bytes and json, wherever it is cut', async () => {
  for (const deliver of ['parts', 'messages'] as const) {
    const { duplex, next } = open({ deliver });
    duplex.give(frame('01', '61f09f') + frame('00', '9880') + frame('80', '62'));
    assert.is(await (await next()).text(), 'a😀b');
    duplex.give(frame('01', '61f09f') + frame('80', '9880'));
    assert.equal(await (await next()).bytes(), Uint8Array.of(0x61, 0xf0, 0x9f, 0x98, 0x80));
    duplex.give(frame('02', '01') + frame('00') + frame('80', '02'));
    assert.equal(await (await next()).bytes(), Uint8Array.of(1, 2));
    duplex.give(frame('01', ascii('{"a":')) + frame('80', ascii('[1]}')));
    assert.equal(await (await next()).json(), { a: [1] });
    duplex.give(frame('81') + frame('82') + text('{'));
    assert.is(await (await next()).text(), '');
    assert.equal(await (await next()).bytes(), new Uint8Array(0));
    assert.ok((await fate((await next()).json())) instanceof SyntaxError);
    duplex.give(frame('82', '7b7d') + text('next'));
    const binary = await next();
    assert.ok((await fate(binary.text())) instanceof TypeError);
    assert.ok((await fate(binary.json())) instanceof TypeError);
    assert.is(await (await next()).text(), 'next');
  }
});

test('cancels a message one unit above the limit with 1009, and delivers the next', async () => {
  const { duplex, next, socket } = open();
  const message = frame('01', ascii('abc')) + frame('80', ascii('de'));
  duplex.give(message.repeat(6) + text('next'));
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
  const part = unhex(frame('00', '61'.repeat(65_535)));
  for (const read of ['text', 'bytes'] as const) {
    const { duplex, next } = open();
    duplex.give(frame('01', '61'.repeat(256)));
    const whole = (await next())[read]();
    for (let i = 0; i < 256; i++) {
      duplex.give(part);
      if (i % 8 === 0) await settle();
    }
    duplex.give(frame('80'));
    assert.is((await whole).length, 16_777_216);
    duplex.give(frame('01', '61'.repeat(257)));
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
  duplex.give(frame('01', '61') + frame('00', '62') + frame('80', '63') + text('second'));
  const skipped = await next();
  const second = await next();
  assert.is(await second.text(), 'second');
  assert.ok((await fate(skipped.readable.getReader().read())) instanceof TypeError);
});

test('waits for the remaining parts and drops them when the next message is requested', async () => {
  const { duplex, next } = open();
  duplex.give(frame('01', '61'));
  const skipped = await next();
  const reader = skipped.readable.getReader();
  assert.is((await reader.read()).value, 'a');
  const read = reader.read();
  const second = next();
  assert.ok((await fate(read)) instanceof TypeError);
  duplex.give(frame('00', '62'));
  assert.is(await fate(second), 'pending');
  duplex.give(frame('80', '63') + text('second'));
  assert.is(await (await second).text(), 'second');
});

test('drops a cancelled message to its end, delivers the next, and stays open', async () => {
  const { duplex, next, socket } = open();
  duplex.give(frame('01', '61') + frame('00', '62'));
  await (await next()).readable.cancel();
  duplex.give(frame('00', '63'));
  await settle();
  duplex.give(frame('80', '64') + text('second') + text('third'));
  const second = await next();
  await second.readable.cancel();
  const third = await next();
  assert.is(await third.text(), 'third');
  await second.readable.cancel();
  assert.is(await fate(socket.closed), 'pending');
});

test('delivers each message to a loop that reads none of them', async () => {
  const { duplex, socket } = openByHand({ deliver: 'parts' });
  duplex.give((frame('01', '61') + frame('80', '62') + frame('82', '00')).repeat(1000) + close('03e8'));
  duplex.end();
  const types: string[] = [];
  for await (const { type } of socket.messages) types.push(type);
  assert.is(types.length, 2000);
  assert.equal(types.slice(-2), ['text', 'binary']);
});

test('stops the duplex on an unread message, and resumes it when the message is skipped', async () => {
  const { duplex, next } = open();
  duplex.give(frame('02'));
  const part = frame('00', '00'.repeat(16_384));
  for (let i = 0; i < 100; i++) duplex.give(part);
  duplex.give(frame('80') + text('next'));
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
  duplex.give(frame('02', '00'));
  const message = await next();
  const reader = message.readable.getReader();
  let length = 0;
  const reading = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) length += part.value.length;
  })();
  const part = frame('00', '00'.repeat(65_535));
  for (let i = 0; i < 40; i++) {
    duplex.give(part);
    await settle();
  }
  duplex.give(frame('80'));
  await reading;
  assert.is(length, 1 + 40 * 65_535);
});

test('delivers complete messages after the end, whenever they are read', async () => {
  for (const began of [false, true]) {
    for (const clean of [false, true]) {
      const { duplex, next, reader } = open();
      duplex.give(frame('01', '61') + frame('80', '62') + text('second'));
      const early = began ? await next() : undefined;
      if (clean) duplex.give(close('03e8'));
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
    [close('03e8'), null],
    [frame('83'), 1002],
  ] as const) {
    for (const when of ['early', 'waiting', 'late'] as const) {
      const { duplex, next, reader } = open();
      duplex.give(frame('01', '61') + frame('00', '62'));
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
  duplex.give(frame('01', '61'));
  const reader = (await next()).readable.getReader();
  await reader.read();
  duplex.give(close('03e8'));
  assert.is(((await fate(reader.closed)) as Error).name, 'WebSocketError');
});

test('ends with the others if a skipped message is cut off', async () => {
  const { duplex, next, reader } = open();
  duplex.give(frame('01', '61'));
  await (await next()).readable.cancel();
  const read = reader.read();
  duplex.give(frame('00', '62') + close('03e8'));
  assert.is((await read).done, true);
});

test('answers control frames between the parts without delivering them', async () => {
  const { duplex, next } = open();
  duplex.give(frame('01', '61') + frame('89', '70') + frame('80', '62'));
  assert.is(await (await next()).text(), 'ab');
  assert.is(duplex.wire, fromServer.pong('p'));
});

test('does not lose queued messages of a WebSocket that only sends', async () => {
  const { duplex, socket, next } = open();
  duplex.give(frame('01', '61'));
  const message = await next();
  socket.discardIncoming();
  duplex.give(frame('80', '62') + text('x').repeat(5000) + frame('89') + close('03e8'));
  duplex.end();
  const got = await parts(message);
  assert.is((got.at(-1) as Error).name, 'WebSocketError');
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
  assert.ok(duplex.wire.startsWith(fromServer.pong()));
});

test('can pipe the parts into a stream of the platform', async () => {
  const { duplex, socket } = openByHand({ deliver: 'parts' });
  duplex.give(frame('02', '61') + frame('00', '6263') + frame('80'));
  const message = (await socket.messages.getReader().read()).value!;
  assert.is(message.type, 'binary');
  if (message.type !== 'binary') return;
  const got: number[] = [];
  await message.readable.pipeTo(new WritableStream({ write: part => void got.push(...part) }));
  assert.equal(got, [0x61, 0x62, 0x63]);
});

test('infers the type of the parts from the type of a message (C8)', async () => {
  const { duplex, socket } = openByHand({ deliver: 'parts' });
  duplex.give(frame('81', '61') + frame('82', '62'));
  const seen: string[] = [];
  for await (const message of socket.messages) {
    if (message.type === 'text') for await (const part of message.readable) seen.push(part.toUpperCase());
    else for await (const part of message.readable) seen.push(`${part.byteLength} byte`);
    if (seen.length === 2) break;
  }
  assert.equal(seen, ['A', '1 byte']);
});

test.run();
