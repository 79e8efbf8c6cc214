// Error codes for programs, on errors that the caller has caused. Messages may change, codes do not.

/** The kind of mistake in a call. */
export type CallErrorCode =
  /** A TypeError: the options contain an unknown name. */
  | 'ERR_UNKNOWN_OPTION'
  /** A TypeError, RangeError or SyntaxError: an option has a value of the wrong type, or out of range. */
  | 'ERR_INVALID_OPTION'
  /** A SyntaxError: the URL is not a valid WebSocket URL. */
  | 'ERR_INVALID_URL'
  /** An Error: `upgrade` or `upgradeHttp2` was called twice for the same socket or stream. */
  | 'ERR_ALREADY_UPGRADED';

/** Adds a `code` to an error, as Node's errors have one. */
export function coded<Coded extends Error>(error: Coded, code: CallErrorCode): Coded {
  return Object.assign(error, { code });
}

/** Adds ERR_INVALID_OPTION to an error that a rule has thrown, unless it has a code or is of another class. */
export function codedFault(error: unknown): unknown {
  const isFault = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
  return isFault && !('code' in error) ? coded(error, 'ERR_INVALID_OPTION') : error;
}
