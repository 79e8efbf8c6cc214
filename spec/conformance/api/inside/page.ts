// In a browser: defines the function that the runner calls.

import type { RunOptions } from './program.ts';
import { runCases } from './run-cases.ts';

Object.assign(globalThis, { runApiCases: (options: RunOptions) => runCases(globalThis as object, options) });
