// Installs the packages of the libraries into a separate folder, and runs the two programs of a library.

import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../runtimes/bundle.ts';
import { exec } from '../../runtimes/exec.ts';
import { type Library, libraries } from './libraries.ts';

/** The folder of the packages. Programs are copied to it, so that they find the packages. */
const folder = join(root, '.runtimes/libraries');
const programs = join(root, 'spec/interop/libraries/programs');
const frameworks = join(root, 'demo/frameworks');
const entries = new URL('../../../lib', import.meta.url).href;
const timeoutMs = 60_000;

/**
 * Installs the packages of all libraries if a chosen library lacks one, because npm removes packages that are not listed. If
 * that fails, the programs fail later.
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

/** Copies the programs of the demo, with imports of the compiled library. */
function copyFrameworks(): void {
  for (const name of readdirSync(frameworks)) {
    const code = readFileSync(join(frameworks, name), 'utf8');
    writeFileSync(join(folder, name), code.replace(/from 'wsluice\/(\w+)'/g, `from '${entries}/$1.js'`));
  }
}

function packagesOf(libraries: readonly Library[]): readonly string[] {
  return libraries.flatMap(library => library.packages);
}

/** Runs the programs of a library. Rejects if one of them fails. */
export async function runLibrary({ first, second, argument = '' }: Library): Promise<void> {
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
 * @param faults - promises that reject if another program fails first
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
    setTimeout(resolve, timeoutMs, `did not exit within ${timeoutMs} ms`).unref(),
  );
}

class Program {
  /** The first line of its output. */
  readonly line: Promise<string>;
  /** Resolves with the fault when the program exits; empty if it succeeded. */
  readonly end: Promise<string>;
  readonly #child: ChildProcess;
  #errors = '';

  constructor(name: string, ...args: readonly string[]) {
    const child = spawn(process.execPath, [join(folder, `${name}.js`), entries, ...args], { cwd: folder });
    child.stderr.on('data', data => (this.#errors += data));
    this.line = new Promise(resolve => createInterface({ input: child.stdout }).once('line', resolve));
    this.end = new Promise(resolve => {
      child.on('close', code =>
        resolve(
          code === 0
            ? ''
            : `exited with ${code}:
 ${this.#errors.slice(-3000)}`,
        ),
      );
    });
    this.#child = child;
  }

  stop(): void {
    this.#child.kill();
  }
}
