import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HandshakeError, tooLate } from '../../lib/handshake/handshake-error.ts';
import type { ResponseHead } from '../../lib/handshake/head.ts';
import type { HeaderList } from '../../lib/handshake/header-fields.ts';
import { refusal } from '../../lib/handshake/refusal.ts';
import { ServerConnect } from '../../lib/handshake/server-connect.ts';
import { Admission, type AdmissionOptions, answerTo } from '../../lib/sockets/admission.ts';
import { OpeningExchange } from '../../lib/sockets/opening-exchange.ts';
import { OpeningLimit } from '../../lib/sockets/opening-limit.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex } from '../support/hex.ts';
import { fromMaskingClient } from '../support/named-frames.ts';
import { settledAdmission, settledOpening } from '../support/settled.ts';
import { fate } from '../support/settling.ts';

const test = suite('Admission');

/** A request over HTTP/2; the spec of `acceptWebSocket` covers HTTP/1.1. */
const request: HeaderList = [
  [':method', 'CONNECT'],
  [':protocol', 'websocket'],
  [':scheme', 'https'],
  [':path', '/chat'],
  [':authority', 'h'],
  ['origin', 'https://h'],
  ['sec-websocket-version', '13'],
  ['sec-websocket-protocol', 'a, b'],
  ['sec-websocket-extensions', 'permessage-deflate'],
];

function admitting(options: AdmissionOptions = {}) {
  return opened(new Admission(settledAdmission({ clock: new FakeClock(), ...options })));
}

function opened(admission: Admission, headers = request) {
  const exchange = new OpeningExchange(
    new HandDuplex(),
    new OpeningLimit(settledOpening({ clock: new FakeClock() })),
  );
  const sent: ResponseHead[] = [];
  // Text "Hello", masked with 37 fa 21 3d (RFC 6455 §5.7).
  const rest = fromHex(fromMaskingClient.text('Hello'));
  const opening = admission.open(exchange, new ServerConnect(headers), rest, response => sent.push(response));
  opening.catch(() => {});
  return { opening, sent };
}

test('sends the response, opens, and reads the bytes after the request', async () => {
  const { opening, sent } = admitting();
  const socket = await opening;
  assert.equal([sent, sent[0]?.status, sent[0]?.headers.length], [[socket.response], 200, 0]);
  assert.equal([socket.request.target, socket.protocol, socket.extensions], ['/chat', '', '']);
  assert.is(socket.compression, undefined);
  assert.is((await socket.readable.getReader().read()).value, 'Hello');
  socket.terminate();
});

test('accepts a subprotocol and compression', async () => {
  for (const protocols of [['b'], (offered: readonly string[]) => offered[1]]) {
    const socket = await admitting({ protocols, deflate: true, headers: { 'X-A': 'b' } }).opening;
    assert.equal([socket.protocol, socket.extensions], ['b', 'permessage-deflate']);
    assert.ok(socket.compression?.serverContextTakeover);
    assert.is(socket.response.headers.get('x-a'), 'b');
    socket.terminate();
  }
});

test('refuses before anything is sent: checks the origin first, then authorize', async () => {
  let asked = 0;
  const authorize = async () => {
    asked += 1;
    return { status: 401 };
  };
  for (const [origins, status, times] of [
    [['https://other'], 403, 0],
    ['same-origin', 401, 1],
  ] as const) {
    const { opening, sent } = admitting({ origins, authorize });
    const error = (await fate(opening)) as HandshakeError;
    assert.equal([error.response?.status, asked, sent.length], [status, times, 0]);
  }
});

test('names the refused origin in our error only, with at most 60 characters', async () => {
  const long = `https://${'a'.repeat(200)}`;
  for (const [origin, why] of [
    ['https://evil.example', 'the origin "https://evil.example"'],
    ['a"b', 'the origin "a\\"b"'],
    [long, `the origin "${long.slice(0, 60)}…"`],
    [undefined, 'a client without Origin'],
  ] as const) {
    const others = request.filter(([name]) => name !== 'origin');
    const asked = origin === undefined ? others : [...others, ['origin', origin] as const];
    const { opening } = opened(
      new Admission(settledAdmission({ clock: new FakeClock(), origins: () => false })),
      asked,
    );
    const error = (await fate(opening)) as HandshakeError;
    const message = `refused with status 403: ${why} may not connect: the function \`origins\` does not allow it`;
    assert.is(error.message, message);
    assert.is(new TextDecoder().decode(error.response?.body), 'this origin may not connect\n');
  }
});

test('does not send a HandshakeError of the application’s own client to the client', async () => {
  const theirs = new HandshakeError('refused', {
    code: 'ERR_UNEXPECTED_STATUS',
    response: refusal({ status: 401, headers: { 'Set-Cookie': 'secret' } }),
  });
  const fail = () => {
    throw theirs;
  };
  for (const options of [{ authorize: fail }, { authorize: async () => fail() }, { protocols: fail }]) {
    const error = (await fate(admitting(options).opening)) as Error;
    assert.is(answerTo(error)?.status, 500);
    assert.equal(answerTo(error)?.headers.raw, refusal({ status: 500 }).headers.raw);
    assert.is(error.cause, theirs);
  }
});

test('rejects with any other error of the application as it is', async () => {
  const error = new Error('no database');
  assert.is(await fate(admitting({ authorize: () => Promise.reject(error) }).opening), error);
});

test('rejects invalid options at once, by name', () => {
  for (const [options, name] of [
    [{ origins: 7 }, 'origins'],
    [{ deflate: 7 }, 'deflate'],
    [{ closeTimeoutMs: -1 }, 'closeTimeoutMs'],
    [{ protocols: 'chat' }, 'protocols'],
    [{ authorize: true }, 'authorize'],
    [{ authorize: null }, 'authorize'],
    [{ headers: 7 }, 'headers'],
    [{ headers: { 'X-A': 'b\n' } }, 'X-A'],
    [{ headers: { Connection: 'close' } }, 'Connection'],
  ] as const) {
    assert.throws(() => settledAdmission(options as unknown as AdmissionOptions), new RegExp(name));
  }
});

test('keeps the checked options if the object changes later', async () => {
  const options = {
    clock: new FakeClock(),
    protocols: ['b'],
    authorize: () => undefined,
    headers: [['X-A', 'b']] as [string, string][],
  };
  const admission = new Admission(settledAdmission(options));
  options.protocols[0] = 'a';
  options.headers[0]![1] = 'c\n';
  Object.assign(options, { protocols: 5, authorize: true, headers: 7 });
  const socket = await opened(admission).opening;
  assert.equal([socket.protocol, socket.response.headers.get('X-A')], ['b', 'b']);
  socket.terminate();
});

test('accepts headers that can be read only once', async () => {
  const headers = new Map([['X-A', 'b']]).entries();
  const socket = await admitting({ headers }).opening;
  assert.equal([...socket.response.headers], [['X-A', 'b']]);
  socket.terminate();
});

test('calls authorize as a method of the options', async () => {
  class Policy {
    readonly clock = new FakeClock();
    #status = 401;
    authorize() {
      return { status: this.#status };
    }
  }
  const error = (await fate(opened(new Admission(settledAdmission(new Policy()))).opening)) as HandshakeError;
  assert.is(error.response?.status, 401);
});

test("answers a client's fault with its response, a dead peer with none, and our fault with 500", () => {
  const response = refusal({ status: 403 });
  assert.is(answerTo(new HandshakeError('no', { code: 'ERR_UNAUTHORIZED', response })), response);
  assert.is(answerTo(tooLate()), undefined);
  assert.is(answerTo(new Error('no database'))?.status, 500);
});

test('C6: keeps the context that authorize returns', async () => {
  for (const context of [{ user: 'ada' }, undefined, null, 0]) {
    const { opening, sent } = admitting({ authorize: async () => ({ context }) });
    const socket = await opening;
    assert.equal([sent[0]?.status, sent[0]?.headers.length], [200, 0]);
    assert.is(socket.context, context);
    socket.terminate();
  }
});

test('admits only on documented results', async () => {
  for (const [options, message] of [
    [{ origins: () => 1 }, 'origins must return true or false (got 1)'],
    [{ origins: async () => undefined }, 'origins must return true or false (got undefined)'],
    [{ authorize: () => true }, /^authorize must return undefined to admit.*\(got true\)$/],
    [{ authorize: async () => null }, /\(got null\)$/],
    [{ authorize: () => ({ user: 1 }) }, /^a refusal has no option "user"/],
  ] as const) {
    const error = (await fate(admitting(options as never).opening)) as Error;
    assert.instance(error, TypeError);
    assert.match(error.message, message);
  }
});

test('refuses with 503 at the timeout if a function never answers', async () => {
  const never = () => new Promise<never>(() => {});
  for (const options of [{ origins: never }, { authorize: never }, { protocols: never }]) {
    const clock = new FakeClock();
    const admission = new Admission(settledAdmission({ clock, ...options }));
    const exchange = new OpeningExchange(new HandDuplex(), new OpeningLimit(settledOpening({ clock })));
    const opening = admission.open(exchange, new ServerConnect(request), new Uint8Array(0), () => {});
    opening.catch(() => {});
    assert.is(await fate(opening), 'pending');
    clock.moveTo(10_000);
    const error = (await fate(opening)) as HandshakeError;
    assert.equal([error.code, answerTo(error)?.status], ['ERR_HANDSHAKE_TIMEOUT', 503]);
  }
});

test('refuses if the opening is stopped while a function runs', async () => {
  const reason = new Error('stopped');
  for (const name of ['origins', 'authorize', 'protocols'] as const) {
    const controller = new AbortController();
    const clock = new FakeClock();
    const stop = () => {
      controller.abort(reason);
      return name === 'origins' ? true : undefined;
    };
    const admission = new Admission(settledAdmission({ clock, [name]: stop }));
    const limit = new OpeningLimit(settledOpening({ clock, signal: controller.signal }));
    const exchange = new OpeningExchange(new HandDuplex(), limit);
    const sent: ResponseHead[] = [];
    const opening = admission.open(exchange, new ServerConnect(request), new Uint8Array(0), head =>
      sent.push(head),
    );
    assert.is(await fate(opening), reason, name);
    assert.equal(sent, []);
  }
});

test.run();
