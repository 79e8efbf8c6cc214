import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { optionNames, parseCommand } from '../../lib/command/arguments.ts';
import { CommandError } from '../../lib/command/command-error.ts';
import { help } from '../../lib/command/help.ts';
import { settingsOf } from '../support/fake-process.ts';

const test = suite('arguments');

const url = 'ws://localhost:8080/chat';

function mistake(...args: string[]): string {
  try {
    parseCommand(args);
  } catch (error) {
    assert.instance(error, CommandError);
    assert.is((error as CommandError).exitCode, 2);
    return (error as Error).message;
  }
  return assert.unreachable(`${args.join(' ')} was taken`) as never;
}

test('connects to a URL alone, with defaults', () => {
  const command = parseCommand([url]);
  assert.is(command.type, 'connect');
  if (command.type !== 'connect') return;
  assert.is(command.to.href, url);
  assert.is(command.to.url.port, 8080);
  assert.equal(command.settings, {
    headers: [],
    protocols: [],
    origin: undefined,
    auth: undefined,
    insecure: false,
    tls: { ca: undefined, cert: undefined, key: undefined },
    socketPath: undefined,
    useProxy: true,
    compress: false,
    openTimeoutMs: 10_000,
    binary: 'hex',
    sendsBinary: false,
    json: false,
    files: [],
    filesAreText: false,
    output: undefined,
    slash: false,
    frames: false,
    pingMs: undefined,
    count: Infinity,
    waitMs: 1000,
    echo: false,
    quiet: false,
  });
});

test('accepts every option of a client', () => {
  const settings = settingsOf(
    ...['-H', 'X-A: 1', '--header', 'X-B:\t2: 3', '-s', 'chat', '-s', 'v2', '-o', 'https://example.com'],
    ...['-u', 'me:secret', '-k', '--ca', 'a', '--cert', 'b', '--key', 'c', '--unix', '/s', '--no-proxy'],
    ...['--compress', '--timeout', '2.5', '-b', 'base64', '-f', 'x', '-f', 'y', '--text', '-O', 'out'],
    ...['--slash', '--frames', '--ping', '0.5', '-n', '3', '-w', 'Infinity', '-q'],
  );
  assert.equal(settings, {
    headers: [
      ['X-A', '1'],
      ['X-B', '2: 3'],
    ],
    protocols: ['chat', 'v2'],
    origin: 'https://example.com',
    auth: 'me:secret',
    insecure: true,
    tls: { ca: 'a', cert: 'b', key: 'c' },
    socketPath: '/s',
    useProxy: false,
    compress: true,
    openTimeoutMs: 2500,
    binary: 'base64',
    sendsBinary: true,
    json: false,
    files: ['x', 'y'],
    filesAreText: true,
    output: 'out',
    slash: true,
    frames: true,
    pingMs: 500,
    count: 3,
    waitMs: Infinity,
    echo: false,
    quiet: true,
  });
  assert.ok(settingsOf('-j').json);
  assert.is(settingsOf('-b', 'hex').binary, 'hex');
});

test('listens, relays, helps and prints its version', () => {
  const listen = parseCommand(['-l', '0', '--once', '--echo']);
  assert.is(listen.type === 'listen' && listen.once && listen.settings.echo, true);
  assert.equal(listen.type === 'listen' && listen.at, { host: '127.0.0.1', port: 0 });
  const proxy = parseCommand(['proxy', 'unix:/s', url, '--frames']);
  assert.equal(proxy.type === 'proxy' && [proxy.at, proxy.to.href], [{ path: '/s' }, url]);
  assert.is(parseCommand(['--help', '--listen', '1']).type, 'help');
  assert.is(parseCommand(['-v']).type, 'version');
});

test('names the mistake in a command line', () => {
  assert.match(mistake(), 'one URL is needed (got none)');
  assert.match(mistake(url, url), `one URL is needed (got ${url} ${url})`);
  assert.match(mistake('-l', '1', url), '--listen takes no URL');
  assert.match(mistake('proxy', '1'), 'proxy needs an address to listen at and a URL (got 1)');
  assert.match(mistake('localhost'), 'url must begin with ws://');
  assert.match(mistake(url, '--nonsense'), '--nonsense');
  assert.match(mistake(url, '--once'), '--once has no meaning for a client');
  assert.match(mistake('-l', '1', '-k'), '--insecure has no meaning for --listen');
  assert.match(mistake('proxy', '1', url, '-n', '1'), '--count has no meaning for proxy');
  assert.match(mistake(url, '--cert', 'a'), '--cert and --key need each other');
  assert.match(mistake(url, '-j', '-b', 'hex'), '--binary and --json exclude each other');
  assert.match(mistake(url, '-j', '-O', 'x'), '--output and --json exclude each other');
  assert.match(mistake('-l', '1', '--echo', '-f', 'x'), '--file and --echo exclude each other');
  assert.match(mistake(url, '--text'), '--text needs --file');
  assert.match(mistake(url, '-b', 'octal'), '--binary must be hex or base64 (got "octal")');
  assert.match(mistake(url, '-H', 'novalue'), `--header must be 'NAME: VALUE' (got "novalue")`);
  for (const count of ['0', '1.5', '', 'x']) assert.match(mistake(url, '-n', count), '--count must be');
  for (const seconds of ['0', '-1', '1e9', '', 'x', 'NaN']) {
    assert.match(mistake(url, `--ping=${seconds}`), `positive number of seconds (got "${seconds}")`);
  }
  const secret = mistake(url, '-u', 'secret');
  assert.match(secret, '--auth must be USER:PASSWORD');
  assert.not.match(secret, 'secret');
});

test('names every option in the help, which fits a screen of 24 lines and 80 columns', () => {
  for (const name of optionNames) assert.match(help, `--${name}`);
  const lines = help.trimEnd().split('\n');
  assert.ok(lines.length <= 24, `${lines.length} lines`);
  for (const line of lines) assert.ok(line.length <= 80, line);
});

test.run();
