// The `on…` attributes of an EventTarget (HTML Standard, "event handlers"): a handler that is replaced keeps its place among
// the listeners; one that is removed loses it.

/** A value of an `on…` attribute. Only a function is called. */
type Handler = object | null;

interface Registration {
  handler: object;
  readonly listener: (event: Event) => void;
}

/** The event handlers of one target. */
export class EventHandlers {
  readonly #target: EventTarget;
  readonly #registrations = new Map<string, Registration>();

  constructor(target: EventTarget) {
    this.#target = target;
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
    this.#target.addEventListener(type, listener);
  }

  #call(handler: object, event: Event): void {
    if (typeof handler !== 'function') return;
    if (handler.call(this.#target, event) === false) event.preventDefault();
  }
}
