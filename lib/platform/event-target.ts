// The host's EventTarget. A host without one can still import the module; only the constructor of WebSocket fails.

/** Returns the host's EventTarget, or a class whose constructor throws because there is none. */
export function eventTargetOf(host: { readonly EventTarget?: typeof EventTarget }): typeof EventTarget {
  return host.EventTarget ?? (Missing as unknown as typeof EventTarget);
}

class Missing {
  constructor() {
    throw new TypeError('WebSocket needs a global EventTarget, which this host does not have');
  }
}
