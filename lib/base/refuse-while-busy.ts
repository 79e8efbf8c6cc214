// What a stage does if its driver does not know of `busy`.

/**
 * Refuses a call that would make the stage lose what it still holds.
 *
 * @throws Error if the stage is busy
 */
export function refuseWhileBusy(busy: boolean, call: 'write()' | 'close()'): void {
  if (busy) throw new Error(`${call} was called while the stage is busy: call read() again first`);
}
