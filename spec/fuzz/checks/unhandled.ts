// Unhandled rejections, which end a process.

/** Returns the reasons of the promises that were rejected while the function ran, and that it did not handle. */
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
