// AbortSignals, of any realm and any implementation: one listener of ours on a signal, however many sockets obey it.

import { domException } from '../base/dom-exception.ts';

/** What is called when a signal aborts. The signal has one listener, which is removed with the last of these. */
interface Obeyed {
  readonly listeners: Set<() => void>;
  readonly notify: () => void;
}

const obeyed = new WeakMap<AbortSignal, Obeyed>();

/**
 * Calls `listener` once when the signal aborts, and returns what takes it back. A signal that has aborted already calls
 * nobody: look at `aborted` first.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const { listeners } = obeyed.get(signal) ?? obey(signal);
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) disobey(signal);
  };
}

/** Returns why the signal has aborted; some polyfills do not say. */
export function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? domException('AbortError', 'the operation was aborted');
}

function obey(signal: AbortSignal): Obeyed {
  const listeners = new Set<() => void>();
  const notify = (): void => {
    disobey(signal);
    for (const listener of listeners) listener();
  };
  signal.addEventListener('abort', notify);
  const entry = { listeners, notify };
  obeyed.set(signal, entry);
  return entry;
}

function disobey(signal: AbortSignal): void {
  const entry = obeyed.get(signal);
  if (entry === undefined) return;
  signal.removeEventListener('abort', entry.notify);
  obeyed.delete(signal);
}
