import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import type { ConnectOptions } from '../../lib/sockets/proposal.ts';
import { every, rechunk } from '../../lib/testing/rechunk.ts';
import { hello } from '../support/deflate-blocks.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex, hex } from '../support/hex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('connectWebSocket');

/** The key of RFC 6455 §1.3; masking keys are zeros. */
const randomBytes = (byteLength: number) =>
  byteLength === 16 ? utf8('the sample nonce') : new Uint8Array(byteLength);

const request = [
  'GET /chat HTTP/1.1',
  'Host: example.com',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

const response = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
];

function lines(...all: string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`;
}

function connecting(options: ConnectOptions = {}) {
  const duplex = new HandDuplex();
  const clock = new FakeClock();
  const socket = connectWebSocket(duplex, 'ws://example.com/chat', { randomBytes, clock, ...options });
  socket.catch(() => {});
  return { clock, duplex, socket };
}

test('sends the request of §4.1, and opens on the response of §1.3', async () => {
  const the = connecting({ protocols: ['chat'], headers: { 'X-A': 'b' }, origin: 'http://example.com' });
  await settle();
  const sent = new TextDecoder().decode(fromHex(the.duplex.wire));
  assert.ok(sent.startsWith(request.join('\r\n')));
  for (const line of [
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: chat',
    'X-A: b',
    'Origin: http://example.com',
  ])
    assert.ok(sent.includes(`\r\n${line}\r\n`), line);
  // Compression is offered by default.
  assert.ok(sent.includes('\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n'));
  the.duplex.give(utf8(lines(...response, 'Sec-WebSocket-Protocol: chat')));
  const socket = await the.socket;
  assert.equal([socket.protocol, socket.extensions, socket.response.status], ['chat', '', 101]);
  assert.is(socket.request.target, '/chat');
  await socket.writable.getWriter().write('a');
  assert.is(the.duplex.out.at(-1), fromClient.text('a'));
});

test('offers no compression if deflate is false', async () => {
  const the = connecting({ deflate: false });
  await settle();
  assert.not(new TextDecoder().decode(fromHex(the.duplex.wire)).includes('Extensions'));
  the.duplex.give(utf8(lines(...response)));
  assert.is((await the.socket).compression, undefined);
});

test('loses no byte after the head, wherever the chunks are cut', async () => {
  const bytes = Uint8Array.of(
    ...utf8(lines(...response)),
    ...fromHex(fromServer.text('a') + fromServer.ping() + fromServer.binary('\x02') + fromServer.close(1000)),
  );
  const cuts = [[], every(1), ...Array.from(bytes.keys(), offset => [offset])];
  for (const cut of cuts) {
    const { duplex, socket } = connecting();
    for (const chunk of rechunk(bytes, cut)) duplex.give(chunk);
    duplex.end();
    const open = await socket;
    const messages: unknown[] = [];
    for await (const message of open.readable) messages.push(message);
    assert.equal(messages, ['a', Uint8Array.of(2)]);
    assert.equal(await open.closed, { closeCode: 1000, reason: '' });
    assert.ok(duplex.wire.endsWith(fromClient.pong() + fromClient.close(1000)));
  }
});

test('sends nothing after its request before the response (§4.1)', async () => {
  const { duplex } = connecting();
  duplex.give(fromServer.ping());
  await settle();
  assert.is(duplex.out.filter(item => typeof item === 'string').length, 1);
});

test('rejects invalid arguments by name, and sends and locks nothing', async () => {
  const table: readonly (readonly [ConnectOptions, RegExp, string?])[] = [
    [{ protocols: ['a', 'a'] }, /a/],
    [{ headers: { Connection: 'x' } }, /Connection/],
    [{ headers: { 'X-A': 'b\r\nc' } }, /X-A|header/i],
    [{ maxMessageBytes: 0 }, /maxMessageBytes/],
    [{ handshakeTimeoutMs: -1 }, /handshakeTimeoutMs/],
    [{ pingIntervalMs: Number.NaN }, /pingIntervalMs/],
  ];
  for (const [options, message] of table) {
    const { clock, duplex, socket } = connecting(options);
    assert.match(((await fate(socket)) as Error).message, message);
    assert.equal([duplex.readable.locked, duplex.writable.locked, clock.timers.size], [false, false, 0]);
  }
  const duplex = new HandDuplex();
  assert.is(((await fate(connectWebSocket(duplex, 'ftp://x/'))) as Error).name, 'SyntaxError');
  assert.is(duplex.readable.locked, false);
});

test('rejects a refusal with a HandshakeError with status, headers and the beginning of the body', async () => {
  const table: readonly (readonly [head: string[], body: string, end: boolean, kept: string])[] = [
    [['HTTP/1.1 403 Forbidden', 'Content-Length: 2'], 'no, and more', false, 'no'],
    [['HTTP/1.1 403 Forbidden', 'Content-Length: 9000'], 'x'.repeat(5000), false, 'x'.repeat(4096)],
    [['HTTP/1.1 403 Forbidden'], 'to the end', true, 'to the end'],
    [['HTTP/1.1 403 Forbidden', 'Content-Length: -5'], 'odd', true, 'odd'],
    [['HTTP/1.1 403 Forbidden', 'Content-Length: 1.5'], 'odd', true, 'odd'],
    [['HTTP/1.1 204 No Content'], 'none', false, ''],
    [['HTTP/1.1 304 Not Modified'], 'none', false, ''],
    [['HTTP/1.1 403 Forbidden', 'Content-Length: 0'], 'none', false, ''],
  ];
  for (const [head, body, end, kept] of table) {
    const { clock, duplex, socket } = connecting();
    duplex.give(utf8(lines(...head) + body.slice(0, 1)));
    duplex.give(utf8(body.slice(1)));
    if (end) duplex.end();
    const error = (await fate(socket)) as HandshakeError;
    const { status, headers, body: bytes } = error.response!;
    assert.equal([error.name, status], ['HandshakeError', Number(head[0]!.slice(9, 12))]);
    assert.is(new TextDecoder().decode(bytes), kept, `${head}`);
    assert.is(headers.length, head.length - 1);
    assert.is(clock.timers.size, 0);
    assert.is(duplex.out.at(-1), error);
    assert.not(duplex.wire.slice(hex(utf8(request[0]!)).length).startsWith('88'));
  }
});

test('rejects an invalid 101, and does not wait for its body', async () => {
  const wrong = [...response.slice(0, 3), 'Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA='];
  const { clock, duplex, socket } = connecting();
  duplex.give(utf8(lines(...wrong)));
  const error = (await fate(socket)) as HandshakeError;
  assert.equal([error.name, error.response?.status, clock.timers.size], ['HandshakeError', 101, 0]);
  assert.equal([duplex.cancelled, duplex.out.at(-1)], [[error], error]);
});

test('fails if the server ends, breaks, sends too much or is too slow, without a Close (§7.1.7)', async () => {
  const reset = new Error('reset');
  const ends: readonly ((the: ReturnType<typeof connecting>) => void)[] = [
    the => the.duplex.end(),
    the => the.duplex.breakInput(reset),
    the => the.duplex.give(utf8('SSH-2.0-OpenSSH\r\n\r\n')),
    the => the.clock.moveTo(10_000),
  ];
  for (const end of ends) {
    const the = connecting();
    await settle();
    end(the);
    const error = (await fate(the.socket)) as HandshakeError;
    assert.equal([error.name, error.closeCode], ['HandshakeError', 1006]);
    await settle();
    assert.is(the.clock.timers.size, 0);
    assert.is(the.duplex.out.filter(item => typeof item === 'string').length, 1);
  }
});

test('aborts the handshake with the reason of the signal, which has no effect afterwards', async () => {
  const reason = new Error('enough');
  const early = connecting({ signal: AbortSignal.abort(reason) });
  assert.equal([await fate(early.socket), early.duplex.writable.locked], [reason, false]);
  const controller = new AbortController();
  const during = connecting({ signal: controller.signal });
  await settle();
  controller.abort(reason);
  assert.equal([await fate(during.socket), during.duplex.cancelled], [reason, [reason]]);
  const later = new AbortController();
  const open = connecting({ signal: later.signal });
  open.duplex.give(utf8(lines(...response)));
  const socket = await open.socket;
  later.abort(reason);
  assert.is(await fate(socket.closed), 'pending');
});

test('starts the keepalive when the WebSocket opens', async () => {
  const { clock, duplex, socket } = connecting();
  await settle();
  clock.moveTo(9000);
  duplex.give(utf8(lines(...response)));
  await socket;
  clock.moveTo(28_999);
  await settle();
  const before = duplex.out.length;
  clock.moveTo(29_000);
  await settle();
  assert.equal([before, duplex.out.at(-1)], [1, fromClient.ping()]);
});

test('works without options: with random keys and the clock of the platform', async () => {
  const keys = await Promise.all(
    [1, 2].map(async () => {
      const duplex = new HandDuplex();
      const socket = connectWebSocket(duplex, 'ws://x/');
      await settle();
      duplex.end();
      await fate(socket);
      return /Key: (\S+)/.exec(new TextDecoder().decode(fromHex(duplex.wire)))?.[1];
    }),
  );
  assert.is(keys[0]?.length, 24);
  assert.is.not(keys[0], keys[1]);
});

test("offers compression, and follows the server's response (RFC 7692 §7.1)", async () => {
  const the = connecting({ deflate: { thresholdBytes: 0 } });
  await settle();
  const sent = new TextDecoder().decode(fromHex(the.duplex.wire));
  assert.ok(sent.includes('\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n'));
  const answer = 'permessage-deflate; client_max_window_bits=9; client_no_context_takeover';
  the.duplex.give(utf8(lines(...response, `Sec-WebSocket-Extensions: ${answer}`)));
  const socket = await the.socket;
  assert.is(socket.extensions, answer);
  assert.equal(socket.compression, {
    serverContextTakeover: true,
    clientContextTakeover: false,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 9,
  });
  const writer = socket.writable.getWriter();
  for (let i = 0; i < 2; i++) {
    await writer.write('Hello');
    assert.is(the.duplex.out.at(-1), fromClient.text(hello.fixed, { rsv1: true }));
  }
  the.duplex.give(fromHex(fromServer.text(hello.fixed, { rsv1: true })));
  assert.is((await socket.readable.getReader().read()).value, 'Hello');
});

test('works without compression if the server declines it (RFC 7692 §5.1)', async () => {
  const the = connecting({ deflate: true });
  the.duplex.give(utf8(lines(...response)));
  const socket = await the.socket;
  assert.equal([socket.extensions, socket.compression], ['', undefined]);
});

test('fails on compression that differs from the offer, with the response (RFC 7692 §7)', async () => {
  for (const parameters of ['; foo', '; server_max_window_bits=7', '; client_max_window_bits']) {
    const the = connecting({ deflate: true });
    const line = `Sec-WebSocket-Extensions: permessage-deflate${parameters}`;
    the.duplex.give(utf8(lines(...response, line)));
    const error = (await fate(the.socket)) as HandshakeError;
    assert.is(error.name, 'HandshakeError', parameters);
    assert.equal([error.response?.status, error.response?.body], [101, new Uint8Array(0)]);
  }
});

test('opens without a clock option', async () => {
  const duplex = new HandDuplex();
  const opening = connectWebSocket(duplex, 'ws://example.com/chat', { randomBytes });
  duplex.give(utf8(lines(...response)));
  const socket = await opening;
  duplex.give(fromHex(fromServer.text('a')));
  assert.is((await socket.readable.getReader().read()).value, 'a');
  socket.closed.catch(() => {});
  socket.terminate();
});

test('B3: skips at most 16 interim responses (RFC 9110 §15.2)', async () => {
  const interim = ['HTTP/1.1 103 Early Hints', 'Link: </a>'];
  for (const status of ['100 Continue', '102 Processing', '103 Early Hints', '199 x']) {
    const the = connecting();
    the.duplex.give(utf8(lines(`HTTP/1.1 ${status}`, 'X: y')));
    the.duplex.give(Uint8Array.of(...utf8(lines(...response)), ...fromHex(fromServer.text('a'))));
    const socket = await the.socket;
    assert.is((await socket.readable.getReader().read()).value, 'a');
    socket.terminate();
  }
  const many = connecting();
  many.duplex.give(utf8(lines(...interim).repeat(16) + lines(...response)));
  assert.is((await many.socket).response.status, 101);
  const more = connecting();
  more.duplex.give(utf8(lines(...interim).repeat(17) + lines(...response)));
  const error = (await fate(more.socket)) as HandshakeError;
  assert.equal(
    [error.code, error.message],
    ['ERR_BAD_RESPONSE', 'RFC 6455 §4.1: more than 16 interim responses'],
  );
});

test('B3: decides on the response after an interim one', async () => {
  const the = connecting();
  the.duplex.give(
    utf8(lines('HTTP/1.1 103 Early Hints') + lines('HTTP/1.1 401 Unauthorized', 'Content-Length: 0')),
  );
  const error = (await fate(the.socket)) as HandshakeError;
  assert.equal([error.code, error.response?.status], ['ERR_UNEXPECTED_STATUS', 401]);
});

test('B4: takes the limits of the head from the options', async () => {
  const long = [...response, `X: ${'y'.repeat(10_000)}`];
  const many = [...response, ...Array.from({ length: 130 }, (_, index) => `X-${index}: y`)];
  for (const [head, options] of [
    [long, { maxHeadLineBytes: 10_100 }],
    [many, { maxHeadLines: 133 }],
    [[...response, ...Array.from({ length: 10 }, () => `X: ${'y'.repeat(8000)}`)], { maxHeadBytes: 90_000 }],
  ] as const) {
    const strict = connecting();
    strict.duplex.give(utf8(lines(...head)));
    assert.is(((await fate(strict.socket)) as HandshakeError).code, 'ERR_BAD_RESPONSE');
    const the = connecting(options);
    the.duplex.give(utf8(lines(...head)));
    await the.socket;
  }
});

test('B5: rejects a refusal with an endless body after a second, a complete one at once', async () => {
  const open = connecting();
  open.duplex.give(utf8(`${lines('HTTP/1.1 401 Unauthorized')}who?`));
  assert.is(await fate(open.socket), 'pending');
  open.clock.moveTo(999);
  assert.is(await fate(open.socket), 'pending');
  open.clock.moveTo(1000);
  const error = (await fate(open.socket)) as HandshakeError;
  assert.equal([error.code, error.response?.status], ['ERR_UNEXPECTED_STATUS', 401]);
  assert.is(new TextDecoder().decode(error.response?.body), 'who?');
  assert.is(open.clock.timers.size, 0);
  for (const fields of [['Content-Length: 4'], ['Transfer-Encoding: chunked']]) {
    const whole = connecting();
    const body = fields[0]!.includes('chunked') ? '4\r\nwho?\r\n0\r\n\r\n' : 'who?';
    whole.duplex.give(utf8(lines('HTTP/1.1 401 Unauthorized', ...fields) + body));
    assert.is(((await fate(whole.socket)) as HandshakeError).response?.status, 401);
  }
});

test('B7: reads the response before it times out in a process that was suspended', async () => {
  const the = connecting();
  await settle();
  the.clock.jumpTo(20_000);
  the.clock.moveTo(20_000);
  the.duplex.give(utf8(lines(...response)));
  assert.is((await the.socket).response.status, 101);
  const silent = connecting();
  await settle();
  silent.clock.jumpTo(20_000);
  silent.clock.moveTo(20_099);
  assert.is(await fate(silent.socket), 'pending');
  silent.clock.moveTo(20_100);
  assert.is(((await fate(silent.socket)) as HandshakeError).code, 'ERR_HANDSHAKE_TIMEOUT');
});

test('C13: suggests wss: for a server that speaks TLS', async () => {
  const alert = connecting();
  alert.duplex.give('15030100020246');
  alert.duplex.end();
  const ended = connecting();
  ended.duplex.end();
  for (const { socket } of [alert, ended]) {
    assert.match(((await fate(socket)) as HandshakeError).message, /\. If the server speaks TLS, use wss:$/);
  }
  const inside = connecting();
  inside.duplex.give(utf8('HTTP/1.1 101 Switching Protocols\r\n'));
  inside.duplex.end();
  const late = connecting();
  await settle();
  late.clock.moveTo(10_000);
  const secure = connectWebSocket(new HandDuplex(), 'wss://h/', { handshakeTimeoutMs: 1 });
  for (const socket of [inside.socket, late.socket, secure]) {
    const error = (await socket.catch(error => error)) as HandshakeError;
    assert.not.match(error.message, 'TLS');
  }
  const duplex = new HandDuplex();
  duplex.end();
  const overTls = (await connectWebSocket(duplex, 'wss://h/').catch(error => error)) as HandshakeError;
  assert.equal([overTls.code, overTls.message.includes('TLS')], ['ERR_TRANSPORT', false]);
});

test.run();
