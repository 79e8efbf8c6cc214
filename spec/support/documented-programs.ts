// Reads and runs the code blocks of README and guide. Each is a complete program that prints what its comments say.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const build = fileURLToPath(new URL('../../', import.meta.url));

export interface DocumentedProgram {
  readonly code: string;
  /** The word after `js`, such as `deno`; '' for Node. */
  readonly host: string;
}

/** Returns the JavaScript blocks of a page. */
export function programsIn(markdown: string): DocumentedProgram[] {
  return [...markdown.matchAll(/```js ?(\w*)\n(.*?)```/gs)].map(([, host, code]) => ({
    host: host!,
    code: code!,
  }));
}

/** Returns the expected output lines of a program: `// prints: a / b` stands for two. */
export function promisedLines(code: string): string[] {
  return [...code.matchAll(/\/\/ prints: (.*)/g)].flatMap(([, lines]) => lines!.split(' / '));
}

/** Returns the path that a program's client requests from its server. */
export function pathIn(code: string): string {
  return /127\.0\.0\.1:\$\{[^}]*\}(\/[\w/?=&-]*)/.exec(code)?.[1] ?? '/';
}

/**
 * Runs a program to whose servers abrupt clients connect. Rejects unless it prints what it prints without them.
 */
export async function surviveAbruptClients(code: string): Promise<void> {
  const visits = `${build}spec/support/abrupt-clients.js?path=${encodeURIComponent(pathIn(code))}`;
  const printed = (await outputOf(code, [], [process.execPath, '--import', visits])).split('\n');
  // The first process of a cluster ends the others without waiting for the clients.

  const visited = code.includes("'node:cluster'") ? [] : ['all abrupt clients have disconnected'];
  const missing = [...visited, ...promisedLines(code)].filter(line => !printed.includes(line));
  if (missing.length > 0) throw new Error(`not printed: ${missing.join(', ')}`);
}

/** Runs a program on the built library, and resolves with its output. */
export async function outputOf(
  code: string,
  args: readonly string[] = [],
  command: readonly [binary: string, ...args: string[]] = [process.execPath],
): Promise<string> {
  const folder = mkdtempSync(join(build, 'program-'));
  const file = join(folder, 'program.mjs');
  const entry = (_: string, name = 'index') => `from '${build}lib/${name}.js'`;
  writeFileSync(file, code.replace(/from 'wsluice(?:\/(\w+))?'/g, entry));
  const [binary, ...options] = command;
  try {
    const { stdout } = await promisify(execFile)(binary, [...options, file, ...args], { timeout: 30_000 });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
