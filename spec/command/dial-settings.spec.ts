import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCommand } from '../../lib/command/arguments.ts';
import { dialSettings } from '../../lib/command/dial-settings.ts';
import type { Environment } from '../../lib/command/proxy-environment.ts';
import type { DialOptions } from '../../lib/hosts/dial.ts';

const test = suite('dial settings');

function optionsOf(args: readonly string[], env: Environment = {}): DialOptions {
  const command = parseCommand([...args, 'wss://localhost/']);
  if (command.type !== 'connect') throw new Error('no client');
  return dialSettings(command.to, command.settings, env);
}

test('offers and trusts nothing by default', () => {
  const { connect, tls, ...rest } = optionsOf([]);
  assert.is(connect, undefined);
  assert.equal(tls, {});
  assert.equal(rest, {
    headers: [],
    protocols: [],
    origin: undefined,
    deflate: false,
    handshakeTimeoutMs: 10_000,
    socketPath: undefined,
  });
});

test('converts credentials to a header, and reads files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dial-settings-'));
  const path = join(folder, 'pem');
  writeFileSync(path, 'PEM');
  const options = optionsOf(['-u', 'mé:x', '-H', 'A: 1', '-k', '--ca', path, '--cert', path, '--key', path]);
  assert.equal(options.headers, [
    ['A', '1'],
    ['Authorization', `Basic ${Buffer.from('mé:x').toString('base64')}`],
  ]);
  const pem = Buffer.from('PEM');
  assert.equal(options.tls, { ca: pem, cert: pem, key: pem, rejectUnauthorized: false });
  rmSync(folder, { recursive: true });
  assert.throws(() => optionsOf(['--ca', path]), /--ca: ENOENT/);
});

test('uses the proxy of the environment, unless --no-proxy or a Unix socket is given', () => {
  const env = { HTTPS_PROXY: 'http://proxy' };
  assert.type(optionsOf([], env).connect, 'function');
  assert.is(optionsOf(['--no-proxy'], env).connect, undefined);
  assert.is(optionsOf(['--unix', '/s'], env).connect, undefined);
  assert.throws(() => optionsOf([], { HTTPS_PROXY: 'socks5://proxy' }), /HTTPS_PROXY must be/);
});

test.run();
