// The runtimes that npm has, in a folder of their own. No install script runs: each binary lies in a package for one
// platform, and there it is looked for.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './bundle.ts';
import { exec, type Print } from './exec.ts';

export const folder: string = join(root, '.runtimes');

const modules = join(folder, 'node_modules');
const { platform, arch } = process;

/** npm has Node for Apple's processors under another name. */
const nodePackage = `node-${platform === 'darwin' && arch === 'arm64' ? 'bin-' : ''}${platform}-${arch}`;

const packages: Readonly<Record<string, string>> = {
  'node-20': `npm:${nodePackage}@20`,
  'node-22': `npm:${nodePackage}@22`,
  'node-24': `npm:${nodePackage}@24`,
  'node-26': `npm:${nodePackage}@26`,
  deno: '2',
  bun: '1',
  workerd: '1',
};

const allNames = Object.keys(packages);

const installArguments = (names: readonly string[]) => [
  'install',
  '--prefix',
  folder,
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  ...names.map(name => `${name}@${packages[name]}`),
];

/** For those who read that something is missing. */
export const installCommand: string = `npm ${installArguments(allNames).join(' ')}`.replaceAll(root, '');

/**
 * Installs what is missing of the named packages; a failure shows in the rows whose binary is not there.
 *
 * @param names - default: all
 */
export async function install(print: Print, names: readonly string[] = allNames): Promise<void> {
  if (names.every(name => existsSync(join(modules, name)))) return;
  print(`npm ${installArguments(names).join(' ')}`);
  mkdirSync(folder, { recursive: true });
  const { code, output } = await exec('npm', installArguments(names), { timeoutMs: 600_000 });
  if (code !== 0) print(output);
}

/** The first file of the pattern `scope/package-*` + `path` that is there. */
function binary(scope: string, start: string, path: string): string | undefined {
  const parent = join(modules, scope);
  if (!existsSync(parent)) return undefined;
  return readdirSync(parent)
    .filter(name => name.startsWith(start))
    .map(name => join(parent, name, path))
    .find(existsSync);
}

export const binaries = {
  node: (version: number): string | undefined => binary('', `node-${version}`, 'bin/node'),
  deno: (): string | undefined => binary('@deno', '', 'deno'),
  bun: (): string | undefined => binary('@oven', 'bun-', 'bin/bun'),
  workerd: (): string | undefined => binary('@cloudflare', 'workerd-', 'bin/workerd'),
  /** Something that the system has, by one of these names. */
  system: (...names: string[]): string | undefined =>
    (process.env.PATH ?? '')
      .split(delimiter)
      .flatMap(path => names.map(name => join(path, name)))
      .find(existsSync),
};
