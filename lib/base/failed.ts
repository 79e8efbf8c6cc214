// The final state of a stage that has thrown: it throws the same error again.

export interface Failed {
  readonly type: 'failed';
  readonly error: unknown;
}

/** Throws the error again if the stage has failed. */
export function throwIfFailed<State extends { readonly type: string }>(
  state: State,
): asserts state is Exclude<State, Failed> {
  if (state.type === 'failed') throw (state as unknown as Failed).error;
}
