// The platform's DOMException, and a substitute on hosts that have none.

type DomException = typeof globalThis.DOMException;

/** The legacy codes of the names that are used here (WebIDL, "DOMException names"). */
const codes: Readonly<Record<string, number>> = {
  AbortError: 20,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidAccessError: 15,
};

/** Creates an exception with that name. */
export type DomExceptionMaker = (name: string, message: string) => Error;

/** Returns a function that creates DOMExceptions, or Errors with the same name, message and code if the host has none. */
export function domExceptionMaker(Host: DomException | undefined): DomExceptionMaker {
  if (Host !== undefined) return (name, message) => new Host(message, name);
  return (name, message) =>
    Object.defineProperties(new Error(message), {
      name: { value: name, configurable: true, writable: true },
      code: { value: codes[name], configurable: true, writable: true },
    });
}

/**
 * Returns a base class for Errors that pass `instanceof DOMException`, if the host has that class. DOMException's own
 * constructor takes 5 µs instead of 0.3 µs (Node 20), and some versions of Node break its subclasses. The accessors of
 * DOMException reject such an instance, so none is inherited: `stack` comes from Error, a subclass has to define `name`
 * and `code`, and a host's additions, such as `result` in Firefox, are undefined.
 */
export function domExceptionBase(Host: DomException | undefined): ErrorConstructor {
  class Base extends Error {}
  if (Host === undefined) return Base as ErrorConstructor;
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(Host.prototype))) {
    if (get !== undefined) Object.defineProperty(Base.prototype, name, accessorOfError(name));
  }
  Object.setPrototypeOf(Base.prototype, Host.prototype);
  return Base as ErrorConstructor;
}

/** Returns the property of that name of `Error.prototype`, or an accessor that returns undefined. */
function accessorOfError(name: string): PropertyDescriptor {
  const own = Object.getOwnPropertyDescriptor(Error.prototype, name);
  return own ?? { get: () => undefined, configurable: true };
}

/** Creates an exception of the host. The global is read once, because a host may remove it later. */
export const domException: DomExceptionMaker = domExceptionMaker(globalThis.DOMException);
