// Runs a program of demo/ in a separate process.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export class DemoProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  out = '';
  err = '';

  /** @param name - the path under demo/, without its extension */
  constructor(name: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const file = fileURLToPath(new URL(`../../demo/${name}.js`, import.meta.url));
    this.child = spawn(process.execPath, [file, ...args], { env: { ...process.env, PORT: '0', ...env } });
    this.child.stdout!.on('data', chunk => (this.out += chunk));
    this.child.stderr!.on('data', chunk => (this.err += chunk));
    this.ended = once(this.child, 'close').then(([code]) => ({ code, out: this.out, err: this.err }));
  }

  /** Waits until the output matches; returns all matches. */
  async printed(pattern: RegExp, count = 1): Promise<RegExpExecArray[]> {
    const found = () => [...this.out.matchAll(new RegExp(pattern, 'g'))];
    while (found().length < count) {
      if (this.child.exitCode !== null) throw new Error(`ended before it printed ${pattern}:\n${this.err}`);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    return found();
  }

  /** Stops it with the signal that stops a service. */
  stop(): Promise<Ended> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}
