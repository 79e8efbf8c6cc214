// Installs runtimes from npm into a separate folder. Install scripts do not run: the binaries are found in the packages for
// the platform.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './bundle.ts';
import { exec, type Print } from './exec.ts';

export const folder: string = join(root, '.runtimes');

const modules = join(folder, 'node_modules');
const { platform, arch } = process;

/** The package of Node for this platform. Its name differs on Apple silicon. */
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

/** The command to install all runtimes, for messages. */
export const installCommand: string = `npm ${installArguments(allNames).join(' ')}`.replaceAll(root, '');

/**
 * Installs the named packages if one is missing. After a failure, the rows without a binary are skipped.
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

/** Returns the first existing file that matches `scope/start*` + `path`. */
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
  /** Finds a program of the system by one of these names. */
  system: (...names: string[]): string | undefined =>
    (process.env.PATH ?? '')
      .split(delimiter)
      .flatMap(path => names.map(name => join(path, name)))
      .find(existsSync),
};
