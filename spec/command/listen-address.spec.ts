import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseListenAddress } from '../../lib/command/listen-address.ts';

const test = suite('listen address');

test('accepts a port, a host with a port, and a Unix socket', () => {
  assert.equal(parseListenAddress('8080'), { host: '127.0.0.1', port: 8080 });
  assert.equal(parseListenAddress('localhost:0'), { host: 'localhost', port: 0 });
  assert.equal(parseListenAddress('[::1]:65535'), { host: '::1', port: 65535 });
  assert.equal(parseListenAddress('unix:./a:b'), { path: './a:b' });
});

test('rejects anything else', () => {
  for (const text of ['', 'host', 'host:', ':80', '65536', '::1:80', 'a:b:1', 'unix:', '-1']) {
    assert.throws(() => parseListenAddress(text), /must be PORT, HOST:PORT or unix:PATH/, text);
  }
});

test.run();
