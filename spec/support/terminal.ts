// A program on a terminal of its own, 80 columns by 24 rows, by Python's module `pty`.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const python = 'python3';
const patienceMs = 20_000;
/** Keys that arrive together are a paste for a line editor. */
const betweenKeysMs = 30;

/** Sets the size of the terminal, runs the program in it, and ends with its exit code; a signal counts as in a shell. */
const script = `
import os, pty, sys
status = pty.spawn(['sh', '-c', 'stty rows 24 cols 80; exec "$@"', 'sh', *sys.argv[1:]])
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
`;

export class Terminal {
  /** Everything that was shown. */
  shown = '';
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  /** Returns whether there is a Python with the module. */
  static isInstalled(): boolean {
    return spawnSync(python, ['-c', 'import pty']).status === 0;
  }

  constructor(command: readonly string[]) {
    this.#child = spawn(python, ['-c', script, ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout!.on('data', data => (this.shown += data));
    this.ended = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  /** Types keys one by one when `pattern` is on the screen, after what was shown when keys were last typed. */
  async type(pattern: RegExp, ...keys: readonly string[]): Promise<void> {
    await this.shows(pattern);
    this.shown = '';
    for (const key of keys) {
      this.#child.stdin!.write(key);
      await new Promise(resolve => setTimeout(resolve, betweenKeysMs));
    }
  }

  /** Waits until the screen shows it. */
  async shows(pattern: RegExp): Promise<void> {
    const start = performance.now();
    while (!pattern.test(this.shown)) {
      const isLate = performance.now() - start > patienceMs;
      if (isLate || this.#child.exitCode !== null) {
        throw new Error(`did not show ${pattern}: ${JSON.stringify(this.shown)}`);
      }
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  /** Ends it, whatever it does. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
