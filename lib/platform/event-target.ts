// The host's EventTarget. A host without one can import everything, and use all but the class that needs it.

/** Returns the host's EventTarget, or a class whose constructor says that there is none. */
export function eventTargetOf(host: { readonly EventTarget?: typeof EventTarget }): typeof EventTarget {
  return host.EventTarget ?? (Missing as unknown as typeof EventTarget);
}

class Missing {
  constructor() {
    throw new TypeError('WebSocket needs EventTarget, which this host does not have');
  }
}
