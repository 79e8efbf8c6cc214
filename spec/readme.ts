// Runs the README's code: each block is a program that ends by itself and prints what its comments say.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('README');
const build = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(join(build, '../README.md'), 'utf8');
const blocks = [...text.matchAll(/```js\n(.*?)```/gs)].map(match => match[1]!);

/** The doors as they lie in the build. */
function program(block: string): string {
  return block.replace(/from 'wsluice(?:\/(\w+))?'/g, (_, door = 'index') => `from '${build}lib/${door}.js'`);
}

async function output(block: string): Promise<string> {
  const folder = mkdtempSync(join(build, 'readme-'));
  const file = join(folder, 'block.mjs');
  writeFileSync(file, program(block));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 30_000 });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('has examples', () => {
  assert.ok(blocks.length >= 8);
});

/** `// prints: a / b` stands for two lines. */
function promised(block: string): string[] {
  return [...block.matchAll(/\/\/ prints: (.*)/g)].flatMap(([, lines]) => lines!.split(' / '));
}

blocks.forEach((block, index) => {
  test(`block ${index + 1} prints what it says, and nothing else`, async () => {
    const printed = (await output(block)).split('\n').slice(0, -1);
    assert.equal(printed.sort(), promised(block).sort());
  });
});

test.run();
