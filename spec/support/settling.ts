// Inspects promises without awaiting them.

/** Waits until all promises have settled that need only each other and a few tasks of the host. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise(resolve => setTimeout(resolve));
}

/** Returns `'pending'`, `'fulfilled'`, or the reason of a rejection, after everything has settled that can. */
export async function fate(promise: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = 'pending';
  promise.then(
    () => (outcome = 'fulfilled'),
    reason => (outcome = reason),
  );
  await settle();
  return outcome;
}
