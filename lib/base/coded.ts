// Codes for programs, on the errors of the caller's faults: the texts of messages may change, these do not.

/** What is wrong with a call. */
export type CallErrorCode =
  /** A TypeError: the options have a name that is no option. */
  | 'ERR_UNKNOWN_OPTION'
  /** A TypeError, RangeError or SyntaxError: an option has a value of the wrong kind, or out of its bounds. */
  | 'ERR_INVALID_OPTION'
  /** A SyntaxError: no WebSocket can be at this URL. */
  | 'ERR_INVALID_URL'
  /** An Error: `upgrade` or `upgradeHttp2` has been called for this socket or stream before. */
  | 'ERR_ALREADY_UPGRADED';

/** Gives an error a `code`, as errors of Node have one. */
export function coded<Coded extends Error>(error: Coded, code: CallErrorCode): Coded {
  return Object.assign(error, { code });
}

/** Gives what a rule has thrown a code, unless it is no error of ours. */
export function codedFault(error: unknown): unknown {
  const isFault = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
  return isFault && !('code' in error) ? coded(error, 'ERR_INVALID_OPTION') : error;
}
