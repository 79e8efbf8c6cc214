// Runs the command line.

import { createRequire } from 'node:module';
import { onOneLine } from '../base/printable.ts';
import { type Command, parseCommand } from './arguments.ts';
import { CommandError } from './command-error.ts';
import { connect } from './connect.ts';
import { help } from './help.ts';
import { listen } from './listen.ts';
import type { ProcessLike } from './process-like.ts';
import { proxy } from './proxy.ts';

/** Runs the command `wsluice`, and returns its exit code when it is done. */
export async function runCommand(args: readonly string[], io: ProcessLike): Promise<number> {
  try {
    return await run(parseCommand(args), io);
  } catch (error) {
    const { message } = error as Error;
    io.stderr.write(`wsluice: ${onOneLine(message)}\n`);
    return error instanceof CommandError ? error.exitCode : 1;
  }
}

async function run(command: Command, io: ProcessLike): Promise<number> {
  switch (command.type) {
    case 'connect':
      return await connect(command.to, command.settings, io);
    case 'listen':
      return await listen(command.at, command.once, command.settings, io);
    case 'proxy':
      return await proxy(command.at, command.to, command.settings, io);
    case 'help':
      io.stdout.write(help);
      return 0;
    case 'version':
      io.stdout.write(`${version()}\n`);
      return 0;
  }
}

/** Returns the version of the package, which finds its package.json by its own name, from the source and from dist/. */
function version(): string {
  return createRequire(import.meta.url)('wsluice/package.json').version;
}
