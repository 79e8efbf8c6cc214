// A process of a benchmark, asked over IPC. `answering.ts` is its other end.

import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface ChildOptions {
  /** The Node that runs it. */
  readonly node: string;
  /** The core that it runs on, if there are two at least and the system can pin a process. */
  readonly core: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** The folder for a CPU profile, which is written when the process ends. */
  readonly profile?: string | undefined;
}

/** The answer to a question: a result or an error. */
export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

export const pins: boolean =
  availableParallelism() > 1 && spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

/** A process that answers nothing for so long hangs. */
const answerMs = 120_000;

export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #script: string;
  readonly #isProfiled: boolean;
  #asked = 0;

  /** @param script - the path of a compiled module below spec/bench/ */
  constructor(script: string, { node, core, args = [], env = {}, flags = [], profile }: ChildOptions) {
    this.#script = script;
    this.#isProfiled = profile !== undefined;
    const profileName = `--cpu-prof-name=${args[0]}-${Date.now()}.cpuprofile`;
    const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`, profileName];
    const command = [node, ...flags, ...profiling];
    const [execPath, ...execArgv] = pins ? ['taskset', '-c', `${core}`, ...command] : command;
    const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
    this.#process = fork(path, [...args], { execPath: execPath!, execArgv, env: { ...process.env, ...env } });
    this.#process.on('message', reply => this.#settle(reply as Reply));
    this.#process.on('error', error => this.#fail(error.message));
    this.#process.on('exit', (code, signal) => this.#fail(`it ended with ${code ?? signal}`));
  }

  ask<Result>(name: string, argument?: unknown): Promise<Result> {
    const id = ++this.#asked;
    return new Promise<Result>((resolve, reject) => {
      const timer = setTimeout(() => this.#settle({ id, error: `no answer to "${name}"` }), answerMs);
      const settle = { resolve: (result: unknown) => resolve(result as Result), reject };
      this.#waiting.set(id, { ...settle, timer });
      this.#process.send({ id, name, argument }, error => error && this.#fail(error.message));
    });
  }

  /** Settles when the process is gone. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise(resolve => this.#process.once('exit', resolve));
    if (this.#isProfiled) this.#process.disconnect();
    else this.#process.kill('SIGKILL');
    await gone;
  }

  #settle({ id, result, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new Error(`${this.#script}: ${error}`));
  }

  #fail(error: string): void {
    for (const id of this.#waiting.keys()) this.#settle({ id, error });
  }
}
