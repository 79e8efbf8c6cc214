// An error in words for the user, with the exit code that follows.

/** The exit codes of errors: 2, the command line or the input is wrong; 3, no WebSocket or server could be opened. */
export type ErrorExitCode = 2 | 3;

export class CommandError extends Error {
  readonly exitCode: ErrorExitCode;

  constructor(message: string, exitCode: ErrorExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Returns the error of a mistake on the command line or in the input. */
export function usageError(message: string): CommandError {
  return new CommandError(message, 2);
}

/** Returns the error of a WebSocket or a server that could not be opened. */
export function notOpened(message: string): CommandError {
  return new CommandError(message, 3);
}
