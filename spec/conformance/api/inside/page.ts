// In a browser: the runner calls the function that is left here.

import type { Order } from './program.ts';
import { runCases } from './run-cases.ts';

Object.assign(globalThis, { runApiCases: (order: Order) => runCases(globalThis as object, order) });
