// Records unhandled rejections, which would end a process.

/** Runs the function. Returns the reasons of the rejections that were not handled. */
export async function unhandledDuring(run: () => Promise<void>): Promise<readonly unknown[]> {
  const reasons: unknown[] = [];
  const onUnhandled = (reason: unknown) => void reasons.push(reason);
  process.on('unhandledRejection', onUnhandled);
  try {
    await run();
  } finally {
    process.off('unhandledRejection', onUnhandled);
  }
  return reasons;
}
