import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Environment, proxyFor } from '../../lib/command/proxy-environment.ts';
import { parseWebSocketUrl } from '../../lib/handshake/websocket-url.ts';

const test = suite('proxy environment');

const found = (url: string, env: Environment) => proxyFor(parseWebSocketUrl(url), env)?.href;

test('reads the variables of each scheme, the most specific first; lower case wins; empty is none', () => {
  const all = { ALL_PROXY: 'http://all' };
  const http = { ...all, HTTP_PROXY: 'http://http', HTTPS_PROXY: 'https://https:1' };
  const ws = { ...http, WS_PROXY: 'http://ws', wss_proxy: 'http://wss', WSS_PROXY: 'http://no' };
  assert.is(found('ws://a', {}), undefined);
  assert.is(found('ws://a', all), 'http://all/');
  assert.is(found('ws://a', http), 'http://http/');
  assert.is(found('wss://a', http), 'https://https:1/');
  assert.is(found('ws://a', ws), 'http://ws/');
  assert.is(found('wss://a', ws), 'http://wss/');
  assert.is(found('ws://a', { ...http, ws_proxy: '' }), 'http://http/');
  assert.is(found('ws://a', { http_proxy: 'proxy:3128' }), 'http://proxy:3128/');
});

test('rejects other kinds of proxies, without the credentials in the message', () => {
  for (const proxy of ['socks5://me:secret@a', 'http://']) {
    assert.throws(
      () => found('ws://a', { all_proxy: proxy }),
      (error: Error) => error.message === 'ALL_PROXY must be an http: or https: URL',
    );
  }
});

const exceptions: readonly [list: string, url: string, excepted: boolean][] = [
  ['*', 'ws://a', true],
  ['', 'ws://a', false],
  ['example.com', 'ws://example.com', true],
  ['EXAMPLE.com', 'ws://sub.example.com', true],
  ['example.com', 'ws://notexample.com', false],
  ['.example.com', 'ws://sub.example.com', true],
  ['*.example.com', 'ws://sub.example.com', true],
  ['x, example.com:8080', 'ws://example.com:8080', true],
  ['example.com:8080', 'ws://example.com', false],
  ['.', 'ws://example.com', false],
  ['example.com:', 'ws://example.com', false],
  ['127.0.0.1', 'ws://127.0.0.1:9', true],
  ['0.0.1', 'ws://127.0.0.1', false],
  ['10.0.0.0/8 192.168.0.0/16', 'ws://192.168.3.4', true],
  ['10.0.0.0/8', 'ws://11.0.0.1', false],
  ['10.0.0.0/8', 'ws://host', false],
  ['10.0.0.0/33', 'ws://10.0.0.1', false],
  ['10.0.0.0/x', 'ws://10.0.0.1', false],
  ['fe80::/10', 'ws://10.0.0.1', false],
  ['fe80::/10', 'ws://[fe80::1]', true],
  ['::1', 'ws://[::1]', true],
  ['[::1]:80', 'ws://[::1]', true],
  ['[::1]:81', 'ws://[::1]', false],
];

for (const [list, url, excepted] of exceptions) {
  test(`NO_PROXY=${list} ${excepted ? 'excepts' : 'does not except'} ${url}`, () => {
    assert.is(found(url, { HTTP_PROXY: 'http://proxy', NO_PROXY: list }) === undefined, excepted);
  });
}

test.run();
