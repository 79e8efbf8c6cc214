// What has become of a promise, without waiting for it.

/** Lets promises that wait for nothing but each other settle, and the host run what is due. */
export function settle(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve));
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
