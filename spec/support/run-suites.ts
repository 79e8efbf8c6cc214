// Runs spec files one after the other on any host, and reports by `print`.

import { watchTimers } from './watch-timers.ts';

type Outcome = [errors: string | true, passed: number, skipped: number, total: number];
const uvu = globalThis as unknown as { UVU_DEFER: number; UVU_QUEUE: (() => Promise<Outcome>)[][] };

/** Set before uvu is loaded, so that its suites wait to be called. */
uvu.UVU_DEFER = 1;

export interface SpecFile {
  readonly name: string;
  /** Imports the file, which queues its suites. */
  readonly load: () => Promise<unknown>;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

interface PromiseRejection {
  readonly promise: Promise<unknown>;
  readonly reason: unknown;
}

type Listen = (type: string, listener: (event: never) => void) => void;

/** Collects unhandled errors, and unhandled rejections by their promise. */
function watchStrays(): Map<unknown, unknown> {
  const strays = new Map<unknown, unknown>();
  const { process } = globalThis as unknown as { process?: { on?: Listen } };
  if (process?.on) {
    process.on('unhandledRejection', (reason: unknown) => strays.set({}, reason));
    process.on('uncaughtException', (error: unknown) => strays.set({}, error));
    return strays;
  }
  const listen: Listen = (type, listener) => addEventListener(type, listener as (event: Event) => void);
  listen('unhandledrejection', ({ promise, reason }: PromiseRejection) => strays.set(promise, reason));
  // workerd reports a rejection at once, and withdraws it if it is handled in the same turn.
  listen('rejectionhandled', ({ promise }: PromiseRejection) => strays.delete(promise));
  listen('error', ({ error }: { error: unknown }) => strays.set({}, error));
  return strays;
}

/** Runs the suites. One that never runs, fails to load, or leaves an unhandled error or a timer counts as failed. */
export async function runSuites(
  files: readonly SpecFile[],
  print: (...lines: unknown[]) => void,
): Promise<Tally> {
  // Timers of sockets do not keep the process alive, so it would end while a suite waits for one.
  const hold = setInterval(() => {}, 2 ** 30);
  const strays = watchStrays();
  const timers = watchTimers();
  let passed = 0;
  let failed = 0;
  for (const { name, load } of files) {
    uvu.UVU_QUEUE = [[]];
    await load().catch((reason: unknown) => strays.set({}, reason));
    const suites = uvu.UVU_QUEUE[0] ?? [];
    if (suites.length === 0) {
      failed += 1;
      print(`${name}: a suite that never runs: test.run() is missing`);
    }
    for (const run of suites) {
      const [errors, ran, , total] = await run();
      passed += ran;
      failed += total - ran;
      if (errors !== true) print(errors);
    }
    await new Promise(resolve => setTimeout(resolve));
    for (const stray of strays.values()) {
      failed += 1;
      print(`${name}: unhandled:`, stray);
    }
    strays.clear();
    for (const place of timers.takePending()) {
      failed += 1;
      print(`${name}: a timer is left:`, place);
    }
  }
  clearInterval(hold);
  return { passed, failed };
}
