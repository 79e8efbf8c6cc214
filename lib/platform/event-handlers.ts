// The `on…` attributes of an EventTarget (HTML Standard, "event handlers"). A replaced handler keeps its position among the
// listeners; a removed one loses it.

/** A value of an `on…` attribute. Only a function is called. */
type Handler = object | null;

interface Registration {
  handler: object;
  readonly listener: (event: Event) => void;
}

let hostCalls: boolean | undefined;

/** Returns true if the host's EventTarget itself calls `on…` members, as that of workerd does. */
export function hostCallsHandlers(): boolean {
  hostCalls ??= callsHandlers(EventTarget);
  return hostCalls;
}

/** Returns true if a target of this class calls its `on…` members. */
export function callsHandlers(Target: typeof EventTarget): boolean {
  let called = false;
  const probe = Object.assign(new Target(), {
    onprobe() {
      called = true;
    },
  });
  probe.dispatchEvent(new Event('probe'));
  return called;
}

/** The event handlers of one target. */
export class EventHandlers {
  readonly #target: EventTarget;
  readonly #registrations = new Map<string, Registration>();
  readonly #calledByHost: boolean;

  /** @param calledByHost - true if the host calls the handlers, which are then not added as listeners */
  constructor(target: EventTarget, calledByHost: boolean = hostCallsHandlers()) {
    this.#target = target;
    this.#calledByHost = calledByHost;
  }

  get(type: string): Handler {
    return this.#registrations.get(type)?.handler ?? null;
  }

  /** Sets the handler; a value that is not an object removes it. */
  set(type: string, value: unknown): void {
    const registration = this.#registrations.get(type);
    if (Object(value) === value) {
      if (registration === undefined) this.#add(type, value as object);
      else registration.handler = value as object;
    } else if (registration !== undefined) {
      this.#registrations.delete(type);
      this.#target.removeEventListener(type, registration.listener);
    }
  }

  #add(type: string, handler: object): void {
    const listener = (event: Event) => this.#call(registration.handler, event);
    const registration: Registration = { handler, listener };
    this.#registrations.set(type, registration);
    if (!this.#calledByHost) this.#target.addEventListener(type, listener);
  }

  #call(handler: object, event: Event): void {
    if (typeof handler !== 'function') return;
    if (handler.call(this.#target, event) === false) event.preventDefault();
  }
}
