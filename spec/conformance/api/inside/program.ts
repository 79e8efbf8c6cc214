// Runs cases in a process of a host. The argument holds ports and cases; the last line of the output holds the results.

import type { Classes } from './kit.ts';
import { type RunOptions, runCases } from './run-cases.ts';

export type { RunOptions };

/** The id of the result for errors that were thrown outside all cases. */
export const uncaughtId = 'uncaught';

interface NodeProcess {
  on(type: string, listener: (error: Error) => void): void;
}

export async function runProgram(classes: Classes, argument: string): Promise<void> {
  const { process } = globalThis as { readonly process?: NodeProcess };
  const uncaught: string[] = [];
  // Ignores unhandled rejections, for which some hosts exit. Cases await the promises that they test.
  process?.on('unhandledRejection', () => {});
  globalThis.addEventListener?.('unhandledrejection', event => event.preventDefault());
  process?.on('uncaughtException', error => uncaught.push(error.stack ?? error.message));
  const results = [...(await runCases(classes, JSON.parse(argument) as RunOptions))];
  if (uncaught.length > 0) results.push({ id: uncaughtId, fault: uncaught.join('\n') });
  console.log(`\n${JSON.stringify(results)}`);
}
