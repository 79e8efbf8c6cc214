// Runs the guide's code, and follows its links.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { guideSource } from '../demo/site/build-guide.ts';
import { guidePages, sourceOf } from '../demo/site/guide-pages.ts';
import { anchorOf } from '../demo/site/markdown.ts';
import { binaries } from './runtimes/install.ts';
import {
  type DocumentedProgram,
  outputOf,
  programsIn,
  promisedLines,
  surviveAbruptClients,
} from './support/documented-programs.ts';

const test = suite('guide');

const root = join(guideSource, '../..');
const read = (path: string) => readFileSync(path, 'utf8');

/** The folder with the programs of frameworks; `npm run interop` installs the frameworks and runs these. */
const frameworksFolder = join(root, 'demo/frameworks');
const frameworkNames = readdirSync(frameworksFolder).map(name => name.replace('.js', ''));

/** The command that runs a program of a host; `undefined`: the host is not installed. */
function commandOf(host: string): readonly [string, ...string[]] | undefined {
  if (host === '') return [process.execPath];
  const deno = binaries.deno() ?? binaries.system('deno');
  return host === 'deno' && deno !== undefined ? [deno, 'run', '-A', '--no-check', '--quiet'] : undefined;
}

/** A Worker is no program by itself: asks it once. */
function asProgram({ code, host }: DocumentedProgram): DocumentedProgram {
  if (host !== 'workers') return { code, host };
  const stand = new URL('./support/cloudflare-sockets.js', import.meta.url).href;
  const body = code.replace("'cloudflare:sockets'", `'${stand}'`).replace('export default', 'const worker =');
  const request = "new Request('https://example.com', { method: 'POST', body: 'asked' })";
  const ask = `console.log(await (await worker.fetch(${request})).text()); // prints: asked`;
  return { code: `${body}\n${ask}\n`, host: '' };
}

test('lists every page in the menu', () => {
  const names = readdirSync(guideSource).filter(name => name.endsWith('.md'));
  const listed = guidePages.map(sourceOf).filter(source => source.startsWith('demo/guide/'));
  assert.equal(listed.sort(), names.map(name => `demo/guide/${name}`).sort());
});

for (const page of guidePages) {
  const { name } = page;
  const source = join(root, sourceOf(page));
  const markdown = read(source);

  test(`${name} opens with its title, and its links lead somewhere`, () => {
    assert.match(markdown, /^# \S/);
    for (const [, path, anchor] of markdown.matchAll(/\]\(([\w./-]+)(?:#([\w-]+))?\)/g)) {
      const target = join(dirname(source), path!);
      assert.ok(existsSync(target), `${path} does not exist`);
      if (anchor === undefined) continue;
      const anchors = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!));
      assert.ok(anchors.includes(anchor), `${path} has no heading ${anchor}`);
    }
  });

  programsIn(markdown)
    .filter(({ host }) => !frameworkNames.includes(host))
    .map(asProgram)
    .forEach(({ code, host }, index) => {
      const command = commandOf(host);
      const title = `${name}, block ${index + 1}, prints what it says`;
      if (command === undefined) {
        test.skip(`${title} (${host} is not installed)`);
        return;
      }
      test(title, async () => {
        const printed = (await outputOf(code, [], command)).split('\n').slice(0, -1);
        assert.equal(printed.sort(), promisedLines(code).sort());
      });

      if (host !== '' || !code.includes('.listen(') || process.versions.bun) return;
      test(`${name}, block ${index + 1}, goes on when clients are refused, cut, or close first (C2)`, () =>
        surviveAbruptClients(code));
    });
}

for (const name of frameworkNames) {
  test(`frameworks shows the program for ${name} as it is in demo`, () => {
    const code = read(join(frameworksFolder, `${name}.js`)).replace(/^(\/\/.*\n)+\n/, '');
    const shown = programsIn(read(join(guideSource, 'frameworks.md'))).filter(({ host }) => host === name);
    assert.equal(
      shown.map(program => program.code),
      [code],
    );
  });
}

test('errors lists each code of an error', () => {
  const codesIn = (path: string, code: RegExp) =>
    [...read(join(root, path)).matchAll(code)].map(match => match[1]!);
  const declared = ['lib/handshake/handshake-error.ts', 'lib/base/coded.ts', 'lib/base/websocket-error.ts'];
  const codes = declared.flatMap(path => codesIn(path, /^ {2}\| '(ERR_\w+)'/gm));
  assert.ok(codes.length >= 22);
  assert.equal(codesIn('demo/guide/errors.md', /^\| `(ERR_\w+)` +\|/gm).sort(), codes.sort());
});

test.run();
