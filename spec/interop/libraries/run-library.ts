// Installs what the libraries need into a folder of its own, and lets the two programs of a library meet.

import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../runtimes/bundle.ts';
import { exec } from '../../runtimes/exec.ts';
import { type Library, libraries } from './libraries.ts';

/** The programs are copied into it, so that they find the packages. */
const folder = join(root, '.runtimes/libraries');
const programs = join(root, 'spec/interop/libraries/programs');
const frameworks = join(root, 'demo/frameworks');
const entries = new URL('../../../lib', import.meta.url).href;
const patienceMs = 60_000;

/**
 * Installs the packages of all libraries if one of the chosen libraries lacks some: npm removes packages that it is not told
 * of. A failure shows when the programs run.
 */
export async function prepare(chosen: readonly Library[], print: (line: string) => void): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, 'package.json'))) {
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  }
  cpSync(programs, folder, { recursive: true });
  copyFrameworks();
  const isThere = (name: string) => existsSync(join(folder, 'node_modules', name.replace(/(?<=.)@.*/, '')));
  if (packagesOf(chosen).every(isThere)) return;
  const packages = new Set(packagesOf(libraries));
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...packages];
  print(`npm ${args.join(' ')}`.replaceAll(root, ''));
  const { code, output } = await exec('npm', args, { timeoutMs: 600_000 });
  if (code !== 0) print(output);
}

/** Copies the programs of the demo, with the library as it was built here. */
function copyFrameworks(): void {
  for (const name of readdirSync(frameworks)) {
    const code = readFileSync(join(frameworks, name), 'utf8');
    writeFileSync(join(folder, name), code.replace(/from 'wsluice\/(\w+)'/g, `from '${entries}/$1.js'`));
  }
}

function packagesOf(libraries: readonly Library[]): readonly string[] {
  return libraries.flatMap(library => library.packages);
}

/** Rejects with what went wrong. */
export async function meet({ first, second, argument = '' }: Library): Promise<void> {
  if (first === undefined) return run(second, argument, []);
  const listener = new Program(first);
  try {
    const address = await Promise.race([listener.line, listener.end.then(how => fail(first, how))]);
    await run(second, address, [listener.end.then(how => fail(first, how))]);
  } finally {
    listener.stop();
  }
}

/**
 * Runs a program to its end.
 *
 * @param faults - reject if something else fails meanwhile
 */
async function run(name: string, argument: string, faults: readonly Promise<never>[]): Promise<void> {
  const program = new Program(name, argument);
  try {
    const how = await Promise.race([program.end, late(), ...faults]);
    if (how !== '') fail(name, how);
  } finally {
    program.stop();
  }
}

function fail(program: string, how: string): never {
  throw new Error(`${program} ${how}`);
}

function late(): Promise<string> {
  return new Promise(resolve =>
    setTimeout(resolve, patienceMs, `does not end within ${patienceMs} ms`).unref(),
  );
}

class Program {
  /** What it tells first. */
  readonly line: Promise<string>;
  /** How it ended; '': well. */
  readonly end: Promise<string>;
  readonly #child: ChildProcess;
  #errors = '';

  constructor(name: string, ...args: readonly string[]) {
    const child = spawn(process.execPath, [join(folder, `${name}.js`), entries, ...args], { cwd: folder });
    child.stderr.on('data', data => (this.#errors += data));
    this.line = new Promise(resolve => createInterface({ input: child.stdout }).once('line', resolve));
    this.end = new Promise(resolve => {
      child.on('close', code =>
        resolve(code === 0 ? '' : `ended with ${code}: ${this.#errors.slice(-3000)}`),
      );
    });
    this.#child = child;
  }

  stop(): void {
    this.#child.kill();
  }
}
