// A program of a host of its own: takes the ports and the cases as its argument, prints the results on its last line.

import type { Classes } from './kit.ts';
import { type Order, runCases } from './run-cases.ts';

export type { Order };

/** The number of a result that no case has: what was thrown where no case could see it. */
export const straysId = 'strays';

interface NodeProcess {
  on(type: string, listener: (error: Error) => void): void;
}

export async function runProgram(classes: Classes, argument: string): Promise<void> {
  const { process } = globalThis as { readonly process?: NodeProcess };
  const strays: string[] = [];
  // Some hosts end a program whose promises are ignored; what a case awaits counts for the case.
  process?.on('unhandledRejection', () => {});
  globalThis.addEventListener?.('unhandledrejection', event => event.preventDefault());
  process?.on('uncaughtException', error => strays.push(error.stack ?? error.message));
  const results = [...(await runCases(classes, JSON.parse(argument) as Order))];
  if (strays.length > 0) results.push({ id: straysId, fault: strays.join('\n') });
  console.log(`\n${JSON.stringify(results)}`);
}
