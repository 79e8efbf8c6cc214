import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { HeaderFields } from '../../lib/handshake/header-fields.ts';
import { type AcceptOptions, acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { every, rechunk } from '../../lib/testing/rechunk.ts';
import { hello } from '../support/deflate-blocks.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex, hex } from '../support/hex.ts';
import { isWorkerd } from '../support/host-streams.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('acceptWebSocket');

/** The request of RFC 6455 §1.3. */
const request = [
  'GET /chat HTTP/1.1',
  'Host: server.example.com',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Protocol: chat, superchat',
  'Sec-WebSocket-Version: 13',
];

const accepted = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
];

function lines(...all: string[]): Uint8Array<ArrayBuffer> {
  return utf8(`${all.join('\r\n')}\r\n\r\n`);
}

function accepting(options: AcceptOptions = {}, duplex = new HandDuplex()) {
  const clock = new FakeClock();
  const socket = acceptWebSocket(duplex, { clock, ...options });
  socket.catch(() => {});
  return { clock, duplex, socket, sent: () => new TextDecoder().decode(fromHex(duplex.wire)) };
}

/** Returns the status line that the client got, after a check that the connection is closed and no timer is left. */
async function refused(the: ReturnType<typeof accepting>): Promise<string> {
  const error = (await fate(the.socket)) as Error;
  assert.ok(error instanceof Error);
  await settle();
  assert.equal([the.duplex.out.at(-1), the.duplex.cancelled.length, the.clock.timers.size], ['close', 1, 0]);
  return the.sent().split('\r\n')[0]!;
}

test('answers the request of §1.3 with its response, and opens', async () => {
  const the = accepting();
  the.duplex.give(lines(...request));
  const socket = await the.socket;
  assert.is(the.sent(), new TextDecoder().decode(lines(...accepted)));
  assert.equal([socket.protocol, socket.extensions, socket.request.target], ['', '', '/chat']);
  assert.is(socket.response.status, 101);
});

test('loses no byte after the head, wherever the chunks are cut', async () => {
  const frames = fromClient.text('a') + fromClient.ping() + fromClient.close(1000);
  const input = Uint8Array.of(...lines(...request), ...fromHex(frames));
  const cuts = [[], every(1), ...Array.from(input.keys(), offset => [offset])];
  for (const cut of cuts) {
    const { duplex, socket } = accepting();
    for (const chunk of rechunk(input, cut)) duplex.give(chunk);
    duplex.end();
    const open = await socket;
    const messages: unknown[] = [];
    for await (const message of open.readable) messages.push(message);
    assert.equal([messages, await open.closed], [['a'], { closeCode: 1000, reason: '' }]);
    assert.is(duplex.wire, hex(lines(...accepted)) + fromServer.pong() + fromServer.close(1000));
  }
});

test('chooses the first of the client’s subprotocols in the list, or the one that the function returns', async () => {
  const table = [
    [['superchat', 'chat'], 'chat'],
    [['superchat'], 'superchat'],
    [['other'], ''],
    [[], ''],
    [(offered: readonly string[]) => offered.at(-1), 'superchat'],
    [() => undefined, ''],
  ] as const;
  for (const [protocols, chosen] of table) {
    const the = accepting({ protocols });
    the.duplex.give(lines(...request));
    assert.is((await the.socket).protocol, chosen);
    assert.is(the.sent().includes(`Sec-WebSocket-Protocol: ${chosen}\r\n`), chosen !== '');
  }
});

test('refuses with 500 if the chosen subprotocol was not offered, and rejects with RangeError', async () => {
  const the = accepting({ protocols: () => 'other' });
  the.duplex.give(lines(...request));
  assert.is(await refused(the), 'HTTP/1.1 500 Internal Server Error');
  assert.ok((await fate(the.socket)) instanceof RangeError);
});

test('sends additional headers with the response', async () => {
  const the = accepting({ headers: { 'X-A': 'b' } });
  the.duplex.give(lines(...request));
  assert.equal((await the.socket).response.headers.get('x-a'), 'b');
  assert.ok(the.sent().includes('\r\nX-A: b\r\n'));
});

test('refuses invalid requests with the right status, without a Close frame (§4.2.1, 4.4)', async () => {
  const without = (name: string) => request.filter(line => !line.startsWith(name));
  const table: readonly (readonly [string[], string])[] = [
    [['POST /chat HTTP/1.1', ...request.slice(1)], '405 Method Not Allowed'],
    [without('Host'), '400 Bad Request'],
    [without('Sec-WebSocket-Key'), '400 Bad Request'],
    [without('Sec-WebSocket-Version'), '426 Upgrade Required'],
    [[...request, `X: ${'x'.repeat(9000)}`], '431 Request Header Fields Too Large'],
    [['babble'], '400 Bad Request'],
  ];
  for (const [head, status] of table) {
    const the = accepting();
    the.duplex.give(lines(...head));
    assert.is(await refused(the), `HTTP/1.1 ${status}`);
    const error = (await fate(the.socket)) as HandshakeError;
    assert.equal([error.name, `${error.response?.status}`], ['HandshakeError', status.slice(0, 3)]);
    assert.is(new TextDecoder().decode(error.response?.body), the.sent().split('\r\n\r\n')[1]);
  }
});

test('refuses pages of another origin with 403, before it calls authorize', async () => {
  let asked = 0;
  const authorize = () => {
    asked += 1;
    return undefined;
  };
  const the = accepting({ authorize });
  the.duplex.give(lines(...request, 'Origin: http://evil.example'));
  assert.is(await refused(the), 'HTTP/1.1 403 Forbidden');
  assert.is(asked, 0);
  const welcome = accepting({ authorize, origins: ['http://evil.example'] });
  welcome.duplex.give(lines(...request, 'Origin: http://evil.example'));
  await welcome.socket;
  assert.is(asked, 1);
});

test('calls authorize, and refuses as it says, now or later', async () => {
  for (const later of [false, true]) {
    const init = { status: 401, headers: { 'WWW-Authenticate': 'Basic' }, body: 'who?' };
    const targets: string[] = [];
    const the = accepting({
      authorize: ({ target }) => {
        targets.push(target);
        return later ? settle().then(() => init) : init;
      },
    });
    the.duplex.give(lines(...request));
    await settle();
    await settle();
    await settle();
    assert.is(await refused(the), 'HTTP/1.1 401 Unauthorized');
    assert.ok(the.sent().includes('WWW-Authenticate: Basic') && the.sent().endsWith('\r\n\r\nwho?'));
    assert.is(
      ((await fate(the.socket)) as HandshakeError).message,
      'refused with status 401: authorize does not admit the client',
    );
    assert.equal(targets, ['/chat']);
  }
});

test('refuses with 500 if a function fails, and rejects with the error itself', async () => {
  const bad = new Error('secret');
  const deciders = [
    () => {
      throw bad;
    },
    () => Promise.reject(bad),
  ];
  for (const authorize of deciders) {
    const the = accepting({ authorize });
    the.duplex.give(lines(...request));
    assert.is(await refused(the), 'HTTP/1.1 500 Internal Server Error');
    assert.equal([await fate(the.socket), the.sent().includes('secret')], [bad, false]);
  }
});

const never = () => new Promise<never>(() => {});

for (const [row, options] of [
  ['A18', { authorize: never }],
  ['A9', { protocols: never }],
  ['A2', { origins: never }],
] as const) {
  const [name] = Object.keys(options);
  test(`${row}: refuses with 503 at the timeout if ${name} never answers`, async () => {
    const the = accepting(options);
    the.duplex.give(lines(...request));
    await settle();
    the.clock.moveTo(9_999);
    assert.is(await fate(the.socket), 'pending');
    the.clock.moveTo(10_000);
    assert.is(await refused(the), 'HTTP/1.1 503 Service Unavailable');
    const error = (await fate(the.socket)) as HandshakeError;
    assert.equal([error.code, error.response?.status], ['ERR_HANDSHAKE_TIMEOUT', 503]);
  });

  test(`${row}: rejects with the reason of the signal if ${name} never answers`, async () => {
    const controller = new AbortController();
    const the = accepting({ ...options, signal: controller.signal });
    the.duplex.give(lines(...request));
    await settle();
    const reason = new Error('enough');
    controller.abort(reason);
    assert.is(await fate(the.socket), reason);
    assert.equal([the.duplex.out, the.clock.timers.size], [[reason], 0]);
  });

  test(`A11: opens no socket for a client that goes away while ${name} is pending`, async () => {
    const the = accepting(options);
    the.duplex.give(lines(...request));
    await settle();
    const cause = new Error('reset');
    the.duplex.breakOutput(cause);
    const error = (await fate(the.socket)) as HandshakeError;
    assert.equal([error.name, error.code, error.cause], ['HandshakeError', 'ERR_TRANSPORT', cause]);
    assert.is(the.clock.timers.size, 0);
  });
}

test('A9: does not open if the signal aborts inside a function', async () => {
  for (const name of ['origins', 'authorize', 'protocols'] as const) {
    for (const later of [false, true]) {
      const controller = new AbortController();
      const reason = new Error('enough');
      const answer = name === 'origins' ? true : undefined;
      const ask = () => {
        controller.abort(reason);
        return later ? Promise.resolve(answer) : answer;
      };
      const the = accepting({ [name]: ask, signal: controller.signal });
      the.duplex.give(lines(...request));
      await settle();
      assert.is(await fate(the.socket), reason, name);
      assert.equal(the.duplex.out, [reason]);
    }
  }
});

// workerd reports a broken stream later than anything else.
(isWorkerd ? test.skip : test)(
  'A11: calls no function and opens no socket for a client that has gone away',
  async () => {
    const cause = new Error('reset');
    const headers = request.slice(1).map(line => line.split(': ') as [string, string]);
    const head = { type: 'request', method: 'GET', target: '/chat', version: '1.1', headers } as const;
    const duplex = new HandDuplex();
    duplex.breakOutput(cause);
    let asked = false;
    const the = accepting({ request: head, authorize: () => void (asked = true) as undefined }, duplex);
    const error = (await fate(the.socket)) as HandshakeError;
    assert.equal([error.code, asked], ['ERR_TRANSPORT', false]);
  },
);

test('C6: gives socket.context the type that authorize returns', async () => {
  const duplexes = [new HandDuplex(), new HandDuplex(), new HandDuplex()];
  for (const duplex of duplexes) duplex.give(lines(...request, 'Cookie: user=ada'));
  const clock = new FakeClock();

  const always = await acceptWebSocket(duplexes[0]!, {
    clock,
    authorize: async ({ headers }) => {
      const user = headers.get('cookie')?.slice('user='.length);
      return user === undefined ? { status: 401 } : { context: { user } };
    },
  });
  const text: string = always.context.user;
  assert.is(text, 'ada');

  const sometimes = await acceptWebSocket(duplexes[1]!, {
    clock,
    authorize: ({ headers }) => (headers.has('authorization') ? { context: 1 } : undefined),
  });
  const number: number | undefined = sometimes.context;
  assert.is(number, undefined);

  const options: AcceptOptions = { clock, authorize: () => ({ context: 'b' }) };
  const unknown: unknown = (await acceptWebSocket(duplexes[2]!, options)).context;
  assert.is(unknown, 'b');
});

test('A2: accepts a promise from origins; only true admits', async () => {
  for (const origins of [async () => true, () => true]) {
    const the = accepting({ origins });
    the.duplex.give(lines(...request, 'Origin: http://a'));
    assert.is((await the.socket).protocol, '');
  }
  for (const origins of [async () => false, () => false]) {
    const the = accepting({ origins });
    the.duplex.give(lines(...request, 'Origin: http://a'));
    await settle();
    assert.is(await refused(the), 'HTTP/1.1 403 Forbidden');
    assert.is(((await fate(the.socket)) as HandshakeError).code, 'ERR_ORIGIN_REFUSED');
  }
});

test('A2: refuses with 500 on any other result of origins, an exception or a rejection', async () => {
  const bad = new Error('no database');
  for (const origins of [
    () => 1,
    () => 'true',
    () => undefined,
    () => null,
    async () => ({}),
    () => Promise.reject(bad),
    () => {
      throw bad;
    },
  ]) {
    const the = accepting({ origins: origins as never });
    the.duplex.give(lines(...request, 'Origin: http://a'));
    await settle();
    assert.is(await refused(the), 'HTTP/1.1 500 Internal Server Error');
    const error = (await fate(the.socket)) as Error;
    if (error !== bad) assert.match(error.message, /^origins must return true or false \(got /);
  }
});

test('C5: refuses with 500 on an undocumented result of authorize, and says so', async () => {
  for (const [answer, words] of [
    [true, /^authorize must return undefined to admit, .* \(got true\)$/],
    [null, /\(got null\)$/],
    ['ok', /\(got "ok"\)$/],
    [false, /\(got false\)$/],
    [{}, /^status must be an integer from 200 to 599 \(got undefined\)$/],
    [{ user: 1 }, /^a refusal has no option "user"/],
    [{ status: 401, context: 1 }, /^a refusal has no option "context"/],
  ] as const) {
    for (const later of [false, true]) {
      const the = accepting({ authorize: (() => (later ? Promise.resolve(answer) : answer)) as never });
      the.duplex.give(lines(...request));
      await settle();
      assert.is(await refused(the), 'HTTP/1.1 500 Internal Server Error');
      const error = (await fate(the.socket)) as Error;
      assert.instance(error, TypeError);
      assert.match(error.message, words);
    }
  }
});

test('calls origins, authorize and protocols in this order', async () => {
  const asked: string[] = [];
  const the = accepting({
    origins: async () => asked.push('origins') > 0,
    authorize: async () => void asked.push('authorize') as undefined,
    protocols: async () => void asked.push('protocols') as undefined,
  });
  the.duplex.give(lines(...request));
  await the.socket;
  assert.equal(asked, ['origins', 'authorize', 'protocols']);
});

test('A9: accepts a promise from protocols, and rejects a protocol that was not offered', async () => {
  const chosen = accepting({ protocols: async () => 'superchat' });
  chosen.duplex.give(lines(...request));
  assert.is((await chosen.socket).protocol, 'superchat');
  for (const protocols of [async () => 'other', async () => null, () => 5]) {
    const the = accepting({ protocols: protocols as never });
    the.duplex.give(lines(...request));
    await settle();
    assert.is(await refused(the), 'HTTP/1.1 500 Internal Server Error');
  }
});

test('B4: takes the limits of the head from the options', async () => {
  const long = [...request, `Cookie: ${'x'.repeat(9000)}`];
  const many = [...request, ...Array.from({ length: 130 }, (_, index) => `X-${index}: y`)];
  for (const [head, options] of [
    [long, { maxHeadLineBytes: 10_000 }],
    [many, { maxHeadLines: 140 }],
    [
      [...long, ...long.slice(7).map(line => `X-${line}`)].concat(many.slice(7, 20)),
      { maxHeadLineBytes: 10_000 },
    ],
  ] as const) {
    const the = accepting(options);
    the.duplex.give(lines(...head));
    await the.socket;
    const strict = accepting({ ...options, maxHeadBytes: 500 });
    strict.duplex.give(lines(...head));
    assert.match(await refused(strict), /^HTTP\/1.1 431 /);
  }
});

test('B8: sends 100 Continue before the 101 if the client expects it (RFC 9110 §7.8)', async () => {
  for (const expected of ['100-continue', '100-Continue']) {
    const the = accepting();
    the.duplex.give(lines(...request, `Expect: ${expected}`));
    await the.socket;
    assert.is(the.sent(), `HTTP/1.1 100 Continue\r\n\r\n${new TextDecoder().decode(lines(...accepted))}`);
  }
  const refusing = accepting({ authorize: () => ({ status: 401 }) });
  refusing.duplex.give(lines(...request, 'Expect: 100-continue'));
  assert.is(await refused(refusing), 'HTTP/1.1 401 Unauthorized');
  const unknown = accepting();
  unknown.duplex.give(lines(...request, 'Expect: a-miracle'));
  assert.is(await refused(unknown), 'HTTP/1.1 417 Expectation Failed');
});

test('A14: takes the host from a target in absolute form (RFC 9112 §3.2.2)', async () => {
  const head = (target: string) => [`GET ${target} HTTP/1.1`, ...request.slice(1)];
  const evil = accepting();
  evil.duplex.give(lines(...head('http://evil.example/'), 'Origin: http://server.example.com'));
  assert.is(await refused(evil), 'HTTP/1.1 403 Forbidden');
  const own = accepting();
  own.duplex.give(lines(...head('http://other.example/chat'), 'Origin: http://other.example'));
  assert.is((await own.socket).request.target, 'http://other.example/chat');
});

test('C12: names the refused origin, the host and the option in our error only', async () => {
  const the = accepting();
  the.duplex.give(lines(...request, 'Origin: http://evil.example'));
  assert.is(await refused(the), 'HTTP/1.1 403 Forbidden');
  assert.not.match(the.sent(), 'evil');
  assert.is(
    ((await fate(the.socket)) as HandshakeError).message,
    'refused with status 403: the origin "http://evil.example" may not connect: the host of the request is ' +
      '"server.example.com", and `origins` is \'same-origin\'',
  );
});

test('accepts a request that something else has parsed, with the bytes read after it', async () => {
  const headers = request.slice(1).map(line => line.split(': ') as [string, string]);
  const head = { type: 'request', method: 'GET', target: '/chat', version: '1.1', headers } as const;
  for (const rest of [undefined, fromHex(fromClient.text('a'))]) {
    const the = accepting({ request: head, rest });
    const socket = await the.socket;
    assert.equal(socket.request, { ...head, headers: HeaderFields.from(headers) });
    the.duplex.give(fromClient.text('b'));
    const first = await socket.readable.getReader().read();
    assert.is(first.value, rest === undefined ? 'b' : 'a');
  }
});

test('responds to a client that ends inside its request', async () => {
  const the = accepting();
  the.duplex.give(utf8('GET /'));
  the.duplex.end();
  assert.is(((await fate(the.socket)) as HandshakeError).response?.status, 400);
  await settle();
  assert.equal([the.sent().split('\r\n')[0], the.duplex.out.at(-1)], ['HTTP/1.1 400 Bad Request', 'close']);
});

test('fails if the client disconnects or is too slow, and sends nothing (§7.1.7)', async () => {
  const ends: readonly ((the: ReturnType<typeof accepting>) => void)[] = [
    the => the.duplex.breakInput(new Error('reset')),
    the => the.clock.moveTo(10_000),
  ];
  for (const end of ends) {
    const the = accepting();
    the.duplex.give(utf8('GET /'));
    await settle();
    end(the);
    const error = (await fate(the.socket)) as HandshakeError;
    assert.equal([error.name, error.closeCode], ['HandshakeError', 1006]);
    await settle();
    assert.equal([the.duplex.wire, the.clock.timers.size], ['', 0]);
  }
});

test('aborts the handshake with the reason of the signal', async () => {
  const reason = new Error('enough');
  const controller = new AbortController();
  const the = accepting({ signal: controller.signal });
  await settle();
  controller.abort(reason);
  assert.equal([await fate(the.socket), the.duplex.wire], [reason, '']);
  await settle();
  assert.equal([the.duplex.cancelled.length > 0, the.clock.timers.size], [true, 0]);
});

test('rejects invalid options by name, and locks nothing', async () => {
  const table: readonly (readonly [AcceptOptions, RegExp])[] = [
    [{ maxMessageBytes: 0 }, /maxMessageBytes/],
    [{ handshakeTimeoutMs: 0 }, /handshakeTimeoutMs/],
    [{ closeTimeoutMs: -1 }, /closeTimeoutMs/],
    [{ protocols: 'chat' as unknown as [] }, /protocols/],
  ];
  for (const [options, message] of table) {
    const { duplex, socket } = accepting(options);
    assert.match(((await fate(socket)) as Error).message, message);
    assert.equal([duplex.readable.locked, duplex.writable.locked], [false, false]);
  }
});

test('works with connectWebSocket over transports that buffer nothing, 64 KiB or everything', async () => {
  for (const capacityBytes of [0, 65_536, Infinity]) {
    const [near, far] = duplexPair({ capacityBytes });
    const [server, client] = await Promise.all([
      acceptWebSocket(near, { protocols: ['chat'] }),
      connectWebSocket(far, 'ws://example.com/', { protocols: ['chat'] }),
    ]);
    assert.equal([server.protocol, client.protocol], ['chat', 'chat']);
    const serverReader = server.readable.getReader();
    await client.writable.getWriter().write('ping');
    await server.writable.getWriter().write((await serverReader.read()).value!);
    assert.is((await client.readable.getReader().read()).value, 'ping');
    server.close({ closeCode: 1001 });
    assert.equal(await client.closed, { closeCode: 1001, reason: '' });
    assert.equal(await server.closed, { closeCode: 1001, reason: '' });
  }
});

test('accepts an offer of compression, and reports the parameters (RFC 7692 §7.1)', async () => {
  const the = accepting({ deflate: { thresholdBytes: 0 } });
  the.duplex.give(
    lines(...request, 'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover'),
  );
  const socket = await the.socket;
  assert.is(socket.extensions, 'permessage-deflate; server_no_context_takeover');
  assert.ok(the.sent().includes(`\r\nSec-WebSocket-Extensions: ${socket.extensions}\r\n`));
  assert.equal(socket.compression, {
    serverContextTakeover: false,
    clientContextTakeover: true,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  });
  const writer = socket.writable.getWriter();
  for (let i = 0; i < 2; i++) {
    await writer.write('Hello');
    assert.is(the.duplex.out.at(-1), fromServer.text(hello.fixed, { rsv1: true }));
  }
  // The client refers to its own message before (§7.2.3.2).
  the.duplex.give(
    fromHex(fromClient.text(hello.fixed, { rsv1: true }) + fromClient.text(hello.again, { rsv1: true })),
  );
  const reader = socket.readable.getReader();
  assert.equal([(await reader.read()).value, (await reader.read()).value], ['Hello', 'Hello']);
});

test('accepts compression only if it is enabled and offered (RFC 7692 §5)', async () => {
  const offer = 'Sec-WebSocket-Extensions: permessage-deflate';
  for (const [options, head] of [
    [{}, [...request, offer]],
    [{ deflate: true }, request],
    [{ deflate: true }, [...request, `${offer}; foo`]],
  ] as const) {
    const the = accepting(options);
    the.duplex.give(lines(...head));
    const socket = await the.socket;
    assert.equal([socket.extensions, socket.compression], ['', undefined]);
  }
});

test.run();
