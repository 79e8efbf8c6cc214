// A copy of the compiled library and its specs, in which one mutant at a time meets its spec, in a process of its own.

import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The mark of uvu for a test that fails. */
const failedMark = '✘';

export class Workplace {
  readonly #folder: string;

  /** Copies `lib` and `spec` of the folder of compiled modules. */
  constructor(compiled: string, folder: string) {
    this.#folder = folder;
    rmSync(folder, { recursive: true, force: true });
    for (const part of ['lib', 'spec']) {
      cpSync(join(compiled, part), join(folder, part), {
        recursive: true,
        filter: path => !/\.(map|d\.ts)$/.test(path),
      });
    }
  }

  /** Whether the spec of the module passes with this code in its place. */
  async passes(module: string, code: string, timeoutMs: number): Promise<boolean> {
    const path = join(this.#folder, 'lib', `${module}.js`);
    const original = readFileSync(path);
    writeFileSync(path, code);
    try {
      return await passesAlone(join(this.#folder, 'spec/run.js'), `${module}.js`, timeoutMs);
    } finally {
      writeFileSync(path, original);
    }
  }
}

/**
 * Runs one spec, to its first failure or until its time is over. By our own runner, since uvu's takes a test that
 * throws `undefined` for none.
 */
function passesAlone(runner: string, spec: string, timeoutMs: number): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['--max-old-space-size=512', runner, spec], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes(failedMark)) child.kill('SIGKILL');
    });
    child.on('close', code => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}
