// The child's end of `child.ts`: answers questions by name.

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

/** Microseconds of CPU that the process has used, user and system, all threads. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Answers until the parent has gone. Every process tells its CPU time as `cpu`, and its version of Node. */
export function answer(answers: Readonly<Record<string, (argument: never) => unknown>>): void {
  const all: Record<string, (argument: never) => unknown> = {
    cpu: cpuMicros,
    version: () => process.version,
    ...answers,
  };
  process.on('message', async ({ id, name, argument }: Question) => {
    try {
      process.send!({ id, result: await all[name]!(argument as never) });
    } catch (error) {
      process.send!({ id, error: `${(error as Error).stack}` });
    }
  });
  process.on('disconnect', () => process.exit());
}
