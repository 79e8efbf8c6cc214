// An error with a message for the user and an exit code.

/** The exit codes of errors: 2 if the command line or the input is invalid; 3 if no WebSocket or server could be opened. */
export type ErrorExitCode = 2 | 3;

export class CommandError extends Error {
  readonly exitCode: ErrorExitCode;

  constructor(message: string, exitCode: ErrorExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Returns an error for an invalid command line or input. */
export function usageError(message: string): CommandError {
  return new CommandError(message, 2);
}

/** Returns an error for a WebSocket or a server that could not be opened. */
export function notOpened(message: string): CommandError {
  return new CommandError(message, 3);
}
