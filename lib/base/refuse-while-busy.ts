// The response of a stage to a driver that ignores `busy`.

/**
 * Rejects a call that would make the stage lose buffered input.
 *
 * @throws Error if the stage is busy
 */
export function refuseWhileBusy(busy: boolean, call: 'write()' | 'close()'): void {
  if (busy) throw new Error(`${call} was called while the stage is busy: call read() again first`);
}
