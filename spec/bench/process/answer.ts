// Answers the requests of `child.ts` in a child process.

interface Request {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

/** Returns the CPU time of the process in microseconds, user and system, of all threads. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Answers requests by name until the parent disconnects. `cpu` and `version` are answered in every process. */
export function answer(answers: Readonly<Record<string, (argument: never) => unknown>>): void {
  const all: Record<string, (argument: never) => unknown> = {
    cpu: cpuMicros,
    version: () => process.version,
    ...answers,
  };
  process.on('message', async ({ id, name, argument }: Request) => {
    try {
      process.send!({ id, result: await all[name]!(argument as never) });
    } catch (error) {
      process.send!({ id, error: `${(error as Error).stack}` });
    }
  });
  process.on('disconnect', () => process.exit());
}
