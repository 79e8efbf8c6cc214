// Listens to AbortSignals of any realm and implementation, with one listener per signal, however many sockets share it.

import { domException } from '../base/dom-exception.ts';

/** The listeners of a signal. The signal itself has one listener, which is removed with the last of these. */
interface Entry {
  readonly listeners: Set<() => void>;
  readonly notify: () => void;
}

const entries = new WeakMap<AbortSignal, Entry>();

/**
 * Calls `listener` once when the signal aborts, and returns a function that removes the listener. A signal that has already
 * aborted does not call it: check `aborted` first.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const { listeners } = entries.get(signal) ?? listenTo(signal);
  listeners.add(listener);
  return () => {
    if (listeners.delete(listener) && listeners.size === 0) forget(signal);
  };
}

/** Returns the reason of an aborted signal, or an AbortError if a polyfill gives none. */
export function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? domException('AbortError', 'the operation was aborted');
}

function listenTo(signal: AbortSignal): Entry {
  const listeners = new Set<() => void>();
  const notify = (): void => {
    forget(signal);
    for (const listener of listeners) listener();
  };
  signal.addEventListener('abort', notify);
  const entry = { listeners, notify };
  entries.set(signal, entry);
  return entry;
}

function forget(signal: AbortSignal): void {
  const entry = entries.get(signal);
  if (entry === undefined) return;
  signal.removeEventListener('abort', entry.notify);
  entries.delete(signal);
}
