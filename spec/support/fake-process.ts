// Runs the command inside this process: its streams are in memory, its signals are calls.

import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Settings } from '../../lib/command/arguments.ts';
import { parseCommand } from '../../lib/command/arguments.ts';
import type { ProcessLike } from '../../lib/command/process-like.ts';
import { runCommand } from '../../lib/command/run-command.ts';

type Terminal = PassThrough & { isTTY?: boolean };

export class FakeProcess implements ProcessLike {
  readonly stdin: Terminal = new PassThrough();
  readonly stdout: Terminal = new PassThrough();
  readonly stderr: PassThrough = new PassThrough();
  readonly env: Record<string, string | undefined> = {};
  readonly signals: EventEmitter = new EventEmitter();
  out = '';
  err = '';

  /** @param isTTY - whether a person types and reads */
  constructor(isTTY = false) {
    this.stdin.isTTY = isTTY;
    this.stdout.isTTY = isTTY;
    this.stdout.on('data', chunk => (this.out += chunk));
    this.stderr.on('data', chunk => (this.err += chunk));
  }

  once(signal: string, listener: () => void): this {
    this.signals.once(signal, listener);
    return this;
  }

  off(signal: string, listener: () => void): this {
    this.signals.off(signal, listener);
    return this;
  }

  /** Waits until the pattern is printed on either output, and returns the match. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (let tries = 0; tries < 1000; tries += 1) {
      const match = pattern.exec(this.out) ?? pattern.exec(this.err);
      if (match !== null) return match;
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    throw new Error(`${pattern} was not printed:\n${this.out}\n${this.err}`);
  }
}

/** Runs the command with this input, and returns its output and its exit code. */
export async function runWith(
  args: readonly string[],
  input: string | undefined = '',
  env: Record<string, string> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const io = new FakeProcess();
  Object.assign(io.env, env);
  if (input !== undefined) io.stdin.end(input);
  const code = await runCommand(args, io);
  await new Promise(resolve => setImmediate(resolve));
  return { code, out: io.out, err: io.err };
}

/** Returns the settings of these options. */
export function settingsOf(...args: readonly string[]): Settings {
  const command = parseCommand([...args, 'ws://localhost/']);
  if (!('settings' in command)) throw new Error('no settings');
  return command.settings;
}
