// What has become of a promise, without waiting for it.

/** Lets promises settle that wait for nothing but each other and a few tasks of the host. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise(resolve => setTimeout(resolve));
}

/** `'pending'`, `'fulfilled'`, or the reason of a rejection, once everything that can settle has settled. */
export async function fate(promise: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = 'pending';
  promise.then(
    () => (outcome = 'fulfilled'),
    reason => (outcome = reason),
  );
  await settle();
  return outcome;
}
