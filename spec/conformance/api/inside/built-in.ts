// Tests the built-in classes of Node and Deno.

import { runProgram } from './program.ts';

const host = globalThis as {
  readonly Deno?: { readonly args: readonly string[]; exit(code: number): never };
};
const argument = host.Deno?.args[0] ?? process.argv[2]!;
await runProgram(globalThis as object, argument);
if (host.Deno) host.Deno.exit(0);
process.exit(0);
