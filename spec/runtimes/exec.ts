// Runs a command. Returns its output and exit code. Kills all its processes after a timeout.

import { type ChildProcess, spawn } from 'node:child_process';

export type Print = (line: string) => void;

export interface Outcome {
  /** The exit code; `undefined` after a timeout, or if the command could not be started. */
  readonly code: number | undefined;
  readonly output: string;
}

export interface ExecOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  readonly print?: Print;
}

export async function exec(command: string, args: readonly string[], options: ExecOptions): Promise<Outcome> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      options.print?.(text);
    });
  }
  const timer = setTimeout(() => end(child), options.timeoutMs);
  const code = await new Promise<number | undefined>(resolve => {
    child.on('error', error => {
      output += error.message;
      resolve(undefined);
    });
    child.on('close', exitCode => resolve(exitCode ?? undefined));
  });
  clearTimeout(timer);
  return { code, output };
}

/** Kills the process and all its descendants. */
export function end({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}
