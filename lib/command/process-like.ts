// The parts of Node's `process` that the command uses, so that specs can run it inside their own.

import type { Readable, Writable } from 'node:stream';
import type { Environment } from './proxy-environment.ts';

export interface ProcessLike {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
  readonly env: Environment;
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** The exit codes of shells for a process that a signal has ended. */
export const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const;

export type StopSignal = keyof typeof signalCodes;

/** Calls back for the first signal to stop; a second one ends the process. Returns a function that removes the listeners. */
export function onStopSignal(io: ProcessLike, stop: (signal: StopSignal) => void): () => void {
  const listeners = (['SIGINT', 'SIGTERM'] as const).map(signal => [signal, () => heard(signal)] as const);
  const forget = () => {
    for (const [signal, listener] of listeners) io.off(signal, listener);
  };
  const heard = (signal: StopSignal) => {
    forget();
    stop(signal);
  };
  for (const [signal, listener] of listeners) io.once(signal, listener);
  return forget;
}
