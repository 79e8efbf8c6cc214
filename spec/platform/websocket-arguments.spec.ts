import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import {
  checkOptions,
  openExactly,
  platformOptions,
  webSocketUrl,
} from '../../lib/platform/websocket-arguments.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { connectRules } from '../../lib/sockets/proposal.ts';
import { thrownBy } from '../support/reading.ts';

// The arguments that both classes share; the specs of the classes test more.

const test = suite('arguments of the platform');

test('gives the URL a WebSocket scheme', () => {
  for (const [url, parsed] of [
    ['ws://H', 'ws://h/'],
    ['wss://h:443/', 'wss://h/'],
    ['http://h', 'ws://h/'],
    ['https://h/http', 'wss://h/http'],
  ] as const) {
    assert.is(webSocketUrl(url), parsed);
  }
});

/** True in a page, which resolves URLs against its location; a script cannot replace that. */
const onPage = 'location' in globalThis && globalThis.location !== undefined;

test('resolves a URL against the location of the page', () => {
  if (onPage) {
    assert.is(webSocketUrl('/chat'), new URL('/chat', location.href).href.replace(/^http/, 'ws'));
    return;
  }
  Object.defineProperty(globalThis, 'location', { value: { href: 'https://h/a/b?c' }, configurable: true });
  const url = webSocketUrl('../chat');
  Reflect.deleteProperty(globalThis, 'location');
  assert.is(url, 'wss://h/chat');
});

test('names the fault of an invalid URL', () => {
  for (const [url, fault] of [
    ['/chat', /^url must be an absolute URL, such as wss:\/\/example.com\/ \(got "\/chat"\)$/],
    ['ftp://h/', /^url must have the scheme ws, wss, http or https \(got "ftp:\/\/h\/"\)$/],
    ['ws://h/#', /^url must not have a fragment \(got "ws:\/\/h\/#"\)$/],
  ] as const) {
    if (onPage && url === '/chat') continue;
    const error = thrownBy(() => webSocketUrl(url)) as Error;
    assert.instance(error, DOMException);
    assert.is(error.name, 'SyntaxError');
    assert.match(error.message, fault);
  }
});

test('checks options by the table, with the platform’s error for subprotocols', () => {
  const table = platformOptions('WebSocketStream', connectRules);
  assert.equal(checkOptions(table, { protocols: new Set(['a', 1]) }).protocols, ['a', '1']);
  assert.equal(checkOptions(table, {}).protocols, []);
  const syntax = thrownBy(() => checkOptions(table, { protocols: ['a', 'a'] })) as Error;
  assert.instance(syntax, DOMException);
  assert.is(syntax.name, 'SyntaxError');
  for (const [options, kind, message] of [
    [{ protocols: 'a' }, TypeError, /^protocols must be a list of strings/],
    [{ deliver: 'parts' }, TypeError, /^deliver must not be given/],
    [{ closeTimeoutMs: 0 }, RangeError, /^closeTimeoutMs must be/],
    [{ protocol: 'a' }, TypeError, /^WebSocketStream has no option "protocol"/],
  ] as const) {
    const error = thrownBy(() => checkOptions(table, options)) as Error;
    assert.instance(error, kind);
    assert.match(error.message, message);
  }
});

test('fails an opening if the server chooses none of the subprotocols', async () => {
  let terminated = 0;
  const opener = (protocol: string) => async () =>
    ({ protocol, terminate: () => (terminated += 1) }) as unknown as OpenWebSocket;
  for (const [chosen, protocols] of [
    ['a', ['a']],
    ['', []],
  ] as const) {
    assert.is((await openExactly(opener(chosen), 'ws://h/', { protocols })).protocol, chosen);
  }
  const error = await openExactly(opener(''), 'ws://h/', { protocols: ['a'] }).catch(error => error);
  assert.instance(error, HandshakeError);
  assert.equal([error.message, terminated], ['the server chose none of the offered subprotocols', 1]);
  assert.is(error.code, 'ERR_NO_PROTOCOL');
  const options = { protocols: ['a'], requireProtocol: false };
  assert.is((await openExactly(opener(''), 'ws://h/', options)).protocol, '');
});

test.run();
