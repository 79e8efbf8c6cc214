import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

// Runs tests that use this library in Node's test runner.

const test = suite('wsluice/testing in node:test');
const root = new URL('../../../', import.meta.url);

/** Runs a program in another process, and returns its output. */
async function run(program: string): Promise<string> {
  const source = program.replace(/'wsluice(?:\/(\w+))?'/g, (_, entry = 'index') =>
    JSON.stringify(new URL(`build/lib/${entry}.js`, root).href),
  );
  const args = ['--input-type=module', '--eval', source];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
  return stdout;
}

// Bun cannot run Node's test runner.
(process.versions.bun ? test.skip : test)('ends a test that does not close its sockets (C10)', async () => {
  const told = await run(`
    import { test } from 'node:test';
    import { socketPair, fakeClock } from 'wsluice/testing';
    test('forgets', async () => {
      const { client, server } = await socketPair();
      await client.send('a');
      server.ping();
      await socketPair({ clock: fakeClock() });
    });
  `);
  assert.match(told, /pass 1\n/);
});

(process.versions.bun ? test.skip : test)('the example of the guide passes', async () => {
  const text = readFileSync(new URL('demo/guide/testing.md', root), 'utf8');
  const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, block]) => block!);
  const told = await run(blocks.find(block => block.includes("'node:test'"))!);
  assert.match(told, /fail 0\n/);
  assert.match(told, /pass 2\n/);
});

test.run();
