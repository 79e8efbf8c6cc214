// Runs a process of a benchmark, and sends it requests over IPC. `answer.ts` answers them.

import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface ChildOptions {
  /** The path of the Node binary. */
  readonly node: string;
  /** The core to run on. Ignored on a single core, and on systems that cannot pin a process. */
  readonly core: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** The folder to which a CPU profile is written when the process ends. */
  readonly profile?: string | undefined;
}

/** The answer to a request: a result or an error. */
export interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Whether processes can be pinned to a core. */
export const canPin: boolean =
  availableParallelism() > 1 && spawnSync('taskset', ['-c', '0,1', 'true']).status === 0;

interface PendingRequest {
  resolve(result: unknown): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

/** Milliseconds after which a request without an answer fails. */
const answerTimeoutMs = 120_000;

export class Child {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, PendingRequest>();
  readonly #script: string;
  readonly #isProfiled: boolean;
  #requests = 0;

  /** @param script - the path of a compiled module below spec/bench/ */
  constructor(script: string, { node, core, args = [], env = {}, flags = [], profile }: ChildOptions) {
    this.#script = script;
    this.#isProfiled = profile !== undefined;
    const profileName = `--cpu-prof-name=${args[0]}-${Date.now()}.cpuprofile`;
    const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`, profileName];
    const command = [node, ...flags, ...profiling];
    const [execPath, ...execArgv] = canPin ? ['taskset', '-c', `${core}`, ...command] : command;
    const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
    this.#process = fork(path, [...args], { execPath: execPath!, execArgv, env: { ...process.env, ...env } });
    this.#process.on('message', reply => this.#settle(reply as Reply));
    this.#process.on('error', error => this.#fail(error.message));
    this.#process.on('exit', (code, signal) => this.#fail(`the process exited with ${code ?? signal}`));
  }

  ask<Result>(name: string, argument?: unknown): Promise<Result> {
    const id = ++this.#requests;
    return new Promise<Result>((resolve, reject) => {
      const error = `no answer to "${name}" within ${answerTimeoutMs} ms`;
      const timer = setTimeout(() => this.#settle({ id, error }), answerTimeoutMs);
      const settle = { resolve: (result: unknown) => resolve(result as Result), reject };
      this.#pending.set(id, { ...settle, timer });
      this.#process.send({ id, name, argument }, error => error && this.#fail(error.message));
    });
  }

  /** Ends the process, and waits until it has exited. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = new Promise(resolve => this.#process.once('exit', resolve));
    if (this.#isProfiled) this.#process.disconnect();
    else this.#process.kill('SIGKILL');
    await exited;
  }

  #settle({ id, result, error }: Reply): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (error === undefined) pending.resolve(result);
    else pending.reject(new Error(`${this.#script}: ${error}`));
  }

  #fail(error: string): void {
    for (const id of this.#pending.keys()) this.#settle({ id, error });
  }
}
