// `npm run package`: packs the package, and checks the tarball as users install it. Prints a line for each check. The command
// fails if a check fails.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../runtimes/bundle.ts';
import { exec } from '../runtimes/exec.ts';
import { binaries, install, installCommand } from '../runtimes/install.ts';
import { compile, consumers, project, titleOf } from './consumers.ts';
import { isTooLarge, pieces, sizeLine, sizeOf } from './sizes.ts';
import { sourceMapFaults } from './source-maps.ts';

/** Returns a description of the fault, or '' if there is none. */
type Check = () => Promise<string>;

const folder = mkdtempSync(join(tmpdir(), 'wsluice-package-'));
const timeoutMs = 180_000;

/** Runs a command. Returns its output if it failed, or else ''. */
async function failureOf(command: string, args: readonly string[], cwd: string = root): Promise<string> {
  const { code, output } = await exec(command, args, { cwd, timeoutMs });
  return code === 0 ? '' : output || `exit code ${code}`;
}

const tool = (name: string) => join(root, 'node_modules/.bin', name);

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

async function pack(): Promise<Packed> {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { output } = await exec('npm', args, { cwd: root, timeoutMs });
  const report = JSON.parse(output.slice(output.search(/^[[{]/m))) as Packed[] | Record<string, Packed>;
  return Object.values(report)[0]!;
}

const packed = await pack();
const tarball = join(folder, packed.filename);
const entryPoints = ['index', 'node', 'fflate', 'ponyfill', 'testing', 'protocol'];

const neededFiles = [
  'package.json',
  'README.md',
  'LICENSE',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'demo/guide/index.md',
  'dist/command.js',
  'dist/command.js.map',
  ...entryPoints.flatMap(entry => [`dist/${entry}.js`, `dist/${entry}.js.map`, `dist/types/${entry}.d.ts`]),
];

/** Matches code and source maps of entry points and layers, and declarations. */
const distributed = /^dist\/(?:(?:layers\/)?\w+\.js(?:\.map)?|types\/(?:\w+\/)?[\w-]+\.d\.ts)$/;

/** Matches the pages and images of the guide, to which README links. */
const guide = /^demo\/guide\/(?:[\w-]+\.md|images\/[\w-]+\.svg)$/;

async function contents(): Promise<string> {
  const paths = packed.files.map(({ path }) => path);
  const missing = neededFiles.filter(path => !paths.includes(path));
  const unexpected = paths.filter(
    path => !distributed.test(path) && !guide.test(path) && !neededFiles.includes(path),
  );
  const lines = [
    ...missing.map(path => `missing: ${path}`),
    ...unexpected.map(path => `unexpected: ${path}`),
  ];
  return lines.join('\n');
}

const names = entryPoints.map(entry => `wsluice/${entry}`.replace('/index', ''));
const imported = `const modules = await Promise.all(${JSON.stringify(names)}.map(name => import(name)));`;
const required = `const modules = ${JSON.stringify(names)}.map(name => require(name));`;
const use = `
const [{ connectWebSocket, acceptWebSocket }, { zlibCodec }, { fflateCodec }, , { duplexPair }] = modules;
(async () => {
  const [left, right] = duplexPair();
  const server = acceptWebSocket(right, { deflate: { codec: fflateCodec } });
  const client = await connectWebSocket(left, 'ws://localhost/', { deflate: { codec: zlibCodec } });
  await client.writable.getWriter().write('hello '.repeat(50));
  const { value } = await (await server).readable.getReader().read();
  if (value !== 'hello '.repeat(50)) throw new Error('no echo');
  client.close();
  await client.closed;
})();
`;

/** Sends a message with the installed package, by `import` and `require`, on every supported Node. */
async function smoke(): Promise<string> {
  const target = await project(join(folder, 'smoke'), tarball, ['fflate'], []);
  writeFileSync(join(target, 'import.mjs'), imported + use);
  writeFileSync(join(target, 'require.cjs'), required + use);
  const nodes = [process.execPath, ...[20, 22, 24, 26].map(version => binaries.node(version))];
  let output = '';
  for (const node of nodes) {
    if (node === undefined) return `needs Node 20, 22, 24 and 26: ${installCommand}`;
    for (const file of ['import.mjs', 'require.cjs']) output += await failureOf(node, [file], target);
  }
  return output;
}

const withoutPeer = `
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
if (!existsSync(fileURLToPath(import.meta.resolve('wsluice/fflate')))) throw new Error('does not resolve');
const { code, message } = await import('wsluice/fflate').catch(error => error);
if (code !== 'ERR_MODULE_NOT_FOUND' || !/Cannot find package 'fflate' imported from .*wsluice/.test(message))
  throw new Error(\`not clear: \${code} \${message}\`);
await import('wsluice');
await import('wsluice/node');
`;

/** Checks that without fflate its entry point fails with a clear error, and that the others work. */
async function withoutFflate(): Promise<string> {
  const target = await project(join(folder, 'without-fflate'), tarball, [], []);
  writeFileSync(join(target, 'import.mjs'), withoutPeer);
  return failureOf(process.execPath, ['import.mjs'], target);
}

/** Checks the command as npm links it: it exchanges messages with a second process of itself, and exits with 0. */
async function command(): Promise<string> {
  const target = await project(join(folder, 'command'), tarball, [], []);
  const wsluice = join(target, 'node_modules/.bin/wsluice');
  const server = spawn(wsluice, ['--listen', '0', '--echo'], { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const [line] = await once(server.stderr, 'data');
    const url = /ws:\S+/.exec(String(line))?.[0];
    if (url === undefined) return `no address: ${line}`;
    const pipe = 'printf "hello\\nworld\\n" | "$0" "$1" -n 2; echo "exit code $?"; "$0" --version';
    const { output } = await exec('sh', ['-c', pipe, wsluice, url], { timeoutMs });
    const { default: manifest } = await import(join(root, 'package.json'), { with: { type: 'json' } });
    const expected = `hello\nworld\nexit code 0\n${manifest.version}\n`;
    return output.trim() === expected.trim() ? '' : output;
  } finally {
    server.kill();
  }
}

/** Runs the guide's tests in vitest, with the lines that their comments give for vitest. */
async function vitest(): Promise<string> {
  const page = readFileSync(join(root, 'demo/guide/testing.md'), 'utf8');
  const example = [...page.matchAll(/```ts\n(.*?)```/gs)].find(([, code]) => code!.includes("from 'vitest'"));
  if (example === undefined) return 'the guide has no example for vitest';
  const code = example[1]!.replace(/^import assert .*\n/m, '').replace(/^( *).*\/\/ vitest: /gm, '$1');
  const target = await project(join(folder, 'vitest'), tarball, ['vitest@4'], []);
  writeFileSync(join(target, 'example.test.ts'), code);
  const { code: exitCode, output } = await exec(
    join(target, 'node_modules/.bin/vitest'),
    ['run', '--no-color'],
    {
      cwd: target,
      timeoutMs,
    },
  );
  return exitCode === 0 && /Tests +2 passed/.test(output) ? '' : output;
}

/** Checks that no entry point includes the command's code. */
async function withoutCommand(): Promise<string> {
  const loads = entryPoints.filter(entry =>
    /command\.js/.test(readFileSync(join(root, `dist/${entry}.js`), 'utf8')),
  );
  return loads.map(entry => `${entry}.js imports the command`).join('\n');
}

/** Checks the rules of JSR for the source, such as explicit types of all exports. */
async function jsr(): Promise<string> {
  const deno = binaries.deno();
  if (deno === undefined) return `needs Deno: ${installCommand}`;
  const target = join(folder, 'jsr');
  cpSync(join(root, 'lib'), join(target, 'lib'), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  const { default: manifest } = await import(join(root, 'package.json'), { with: { type: 'json' } });
  const { version, license } = manifest;
  const exports = {
    '.': './lib/index.ts',
    './node': './lib/node.ts',
    './protocol': './lib/protocol.ts',
    './fflate': './lib/fflate.ts',
    './testing': './lib/testing.ts',
  };
  const imports = { fflate: `npm:fflate@${manifest.peerDependencies.fflate}` };
  const description = { name: '@wsluice/wsluice', version, license, exports, imports };
  writeFileSync(join(target, 'jsr.json'), JSON.stringify(description));
  return failureOf(deno, ['publish', '--dry-run', '--allow-dirty'], target);
}

async function denoTypes(): Promise<string> {
  const deno = binaries.deno();
  if (deno === undefined) return `needs Deno: ${installCommand}`;
  const files = ['any.ts', 'deno.ts'];
  const target = await project(join(folder, 'deno'), tarball, [], files);
  return failureOf(deno, ['check', '--node-modules-dir=manual', ...files], target);
}

async function sourceMaps(): Promise<string> {
  return sourceMapFaults(join(root, 'dist'), join(root, 'lib')).join('\n');
}

async function sizes(): Promise<string> {
  const found = await Promise.all(pieces.map(sizeOf));
  for (const size of found) console.log(`      ${sizeLine(size)}`);
  return found.filter(isTooLarge).map(sizeLine).join('\n');
}

const checks: Readonly<Record<string, Check>> = {
  'contains the expected files, and nothing else': contents,
  'source maps': sourceMaps,
  publint: () => failureOf(tool('publint'), ['run', tarball, '--strict']),
  'are the types wrong': () => failureOf(tool('attw'), [tarball, '--profile', 'esm-only', '--no-color']),
  'import and require from an empty folder': smoke,
  'without fflate, a clear error': withoutFflate,
  'the command runs from an empty folder': command,
  "the guide's tests run in vitest": vitest,
  'no entry point loads the command': withoutCommand,
  ...Object.fromEntries(
    consumers.map(consumer => [`types: ${titleOf(consumer)}`, () => compile(consumer, folder, tarball)]),
  ),
  'types: deno check': denoTypes,
  "JSR's rules": jsr,
  'sizes do not exceed their limits': sizes,
};

const failed: string[] = [];
await install(console.log);
for (const [name, check] of Object.entries(checks)) {
  const found = await check().catch((error: unknown) => `${(error as Error).stack}`);
  if (found !== '') failed.push(name);
  console.log(`${found === '' ? 'ok  ' : 'FAIL'}  ${name}`);
  if (found !== '') console.log(found.trimEnd().replace(/^/gm, '      '));
}
rmSync(folder, { recursive: true });
console.log(`\n${Object.keys(checks).length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
