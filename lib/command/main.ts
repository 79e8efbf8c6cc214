#!/usr/bin/env node
// The file that `npm install` links as the command `wsluice`.

import { runCommand } from './run-command.ts';

process.exitCode = await runCommand(process.argv.slice(2), process);
// Unread input must not keep the process alive.
process.stdin.destroy();
