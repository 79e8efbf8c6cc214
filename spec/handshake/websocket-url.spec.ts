import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseWebSocketUrl } from '../../lib/handshake/websocket-url.ts';

const test = suite('parseWebSocketUrl');

for (const [url, secure, host, hostname, port, target] of [
  ['ws://h', false, 'h', 'h', 80, '/'],
  ['wss://h', true, 'h', 'h', 443, '/'],
  ['http://h/x', false, 'h', 'h', 80, '/x'],
  ['https://h/x', true, 'h', 'h', 443, '/x'],
  ['WSS://H.Example/X', true, 'h.example', 'h.example', 443, '/X'],
  ['ws://h:80/', false, 'h', 'h', 80, '/'],
  ['wss://h:443/', true, 'h', 'h', 443, '/'],
  ['ws://h:443/', false, 'h:443', 'h', 443, '/'],
  ['ws://h:8080/a/../b', false, 'h:8080', 'h', 8080, '/b'],
  ['ws://[::1]:8080/', false, '[::1]:8080', '::1', 8080, '/'],
  ['ws://h?x=1', false, 'h', 'h', 80, '/?x=1'],
  ['ws://h/?', false, 'h', 'h', 80, '/'],
  ['ws://h/%23?a#'.slice(0, -1), false, 'h', 'h', 80, '/%23?a'],
  ['ws://h/a b/\u00e9?\u00e9 ', false, 'h', 'h', 80, '/a%20b/%C3%A9?%C3%A9'],
] as const) {
  test(`parses ${url} (§3)`, () => {
    assert.equal(parseWebSocketUrl(url), { secure, host, hostname, port, target, authorization: undefined });
  });
}

test('has a code in the error of a URL', () => {
  try {
    parseWebSocketUrl('h:80');
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code?: unknown }).code, 'ERR_INVALID_URL');
  }
});

test('accepts a platform URL', () => {
  assert.is(parseWebSocketUrl(new URL('ws://h:1/x')).host, 'h:1');
});

test('encodes user and password as Basic authorization, byte by byte (RFC 7617)', () => {
  const authorization = (url: string) => parseWebSocketUrl(url).authorization;
  assert.is(authorization('ws://Aladdin:open%20sesame@h'), 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
  assert.is(authorization('ws://test:123%C2%A3@h'), 'Basic dGVzdDoxMjPCow==');
  assert.is(authorization('ws://test:123\u00a3@h'), 'Basic dGVzdDoxMjPCow==');
  assert.is(authorization('ws://%FF:p@h'), 'Basic /zpw');
  assert.is(authorization('ws://us%er:%@h'), 'Basic dXMlZXI6JQ==');
  assert.is(authorization('ws://user@h'), 'Basic dXNlcjo=');
  assert.is(authorization('ws://:pw@h'), 'Basic OnB3');
  assert.is(authorization('ws://:@h'), undefined);
});

for (const url of [
  '',
  'h',
  '/x',
  'ws:',
  'ws:h',
  'ws://',
  'ws:///x',
  'ws://?x',
  'ws://#x',
  'ws://\\x',
  'ws://u@/x',
  'ws://:80/',
  'ws://h:70000/',
  'ws://h:x/',
  'ws://h h/',
  'http2://h',
  'ftp://h',
  'file:///h',
  'xws://h',
  'ws://h/#f',
  'ws://h/#',
  'ws://h/\r\nX: y',
  'ws://h/\t',
  'ws://h/\0',
  'ws://h/\x7f',
  ' ws://h/',
]) {
  test(`rejects ${JSON.stringify(url)} (§3)`, () => {
    assert.throws(
      () => parseWebSocketUrl(url),
      (error: unknown) =>
        error instanceof SyntaxError && error.message.endsWith(`(RFC 6455 §3; got ${JSON.stringify(url)})`),
    );
  });
}

test('C11: tells what is wrong with a URL', () => {
  const hint = 'must begin with ws://, wss://, http:// or https://';
  for (const [url, fault] of [
    ['localhost:8080', `${hint}, such as "ws://localhost:8080"`],
    ['[::1]:8080/x', `${hint}, such as "ws://[::1]:8080/x"`],
    ['example.com', `${hint}, such as "ws://example.com"`],
    ['/x', hint],
    ['', hint],
    ['ftp://h', 'must have the scheme ws, wss, http or https'],
    ['ws://h/#f', 'must not have a fragment'],
    ['ws:h', 'must be well-formed, and name a host'],
    ['ws://h:x/', 'must be well-formed, and name a host'],
  ] as const) {
    assert.throws(
      () => parseWebSocketUrl(url),
      (error: unknown) =>
        (error as Error).message === `url ${fault} (RFC 6455 §3; got ${JSON.stringify(url)})`,
      url,
    );
  }
});

test('rejects an invalid host that a URL parser has accepted (§3)', () => {
  // As in Chromium, which accepts a space in a host.
  const { URL } = globalThis;
  class Lenient extends URL {
    override get hostname() {
      return 'h%20h';
    }
  }
  globalThis.URL = Lenient;
  try {
    assert.throws(
      () => parseWebSocketUrl('ws://h h/'),
      (error: unknown) => error instanceof SyntaxError && error.message.includes('"ws://h h/"'),
    );
    assert.throws(() => parseWebSocketUrl('ws://h/'), /url must be well-formed/);
  } finally {
    globalThis.URL = URL;
  }
});

test.run();
