import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { help } from '../../lib/command/help.ts';
import { runCommand } from '../../lib/command/run-command.ts';
import { FakeProcess, runWith } from '../support/fake-process.ts';

const test = suite('command');

test('prints its help and its version', async () => {
  assert.equal(await runWith(['--help']), { code: 0, out: help, err: '' });
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  assert.equal(await runWith(['--version']), { code: 0, out: `${version}\n`, err: '' });
});

test('prints an error as one line, with an exit code for its kind', async () => {
  assert.equal(await runWith([]), { code: 2, out: '', err: 'wsluice: one URL is needed (got none)\n' });
  assert.is((await runWith(['ws://127.0.0.1:1/'])).code, 3);
  assert.is((await runWith(['--listen', 'unix:/nowhere/socket'])).code, 3);
  assert.is((await runWith(['proxy', 'unix:/nowhere/socket', 'ws://127.0.0.1:1/'])).code, 3);
  const server = new FakeProcess();
  const serving = runCommand(['--listen', '0', '--echo'], server);
  const [, url] = await server.printed(/listening at (\S+)/);
  const full = await runWith([url!, '-O', '/dev/full'], 'line\n');
  assert.is(full.code, 1);
  server.signals.emit('SIGTERM');
  await serving;
});

test.run();
