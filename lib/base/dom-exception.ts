// The platform's DOMException, and what stands in for it on a host that has none.

type DomException = typeof globalThis.DOMException;

/** The legacy codes of the names that are used here (WebIDL, "DOMException names"). */
const codes: Readonly<Record<string, number>> = {
  AbortError: 20,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidAccessError: 15,
};

/** Makes an exception of that name. */
export type DomExceptionMaker = (name: string, message: string) => Error;

/** Returns the maker of a host's exceptions; without the class, of Errors with the same name, message and code. */
export function domExceptionMaker(Host: DomException | undefined): DomExceptionMaker {
  if (Host !== undefined) return (name, message) => new Host(message, name);
  return (name, message) =>
    Object.defineProperties(new Error(message), {
      name: { value: name, configurable: true, writable: true },
      code: { value: codes[name], configurable: true, writable: true },
    });
}

/**
 * Returns a base class of Errors that are DOMExceptions by `instanceof`, if the host has that class. DOMException's own
 * constructor takes 5 µs instead of 0.3 (Node 20), and some versions of Node break its subclasses. The accessors of
 * DOMException refuse such an instance, so none is inherited: `stack` is Error's, a subclass has to bring `name` and
 * `code`, and what a host adds, such as `result` in Firefox, is undefined.
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

/** Returns what `Error.prototype` has by that name, or an accessor that gives undefined. */
function accessorOfError(name: string): PropertyDescriptor {
  const own = Object.getOwnPropertyDescriptor(Error.prototype, name);
  return own ?? { get: () => undefined, configurable: true };
}

/** Makes the host's exceptions; read once, because a host may lose the global later. */
export const domException: DomExceptionMaker = domExceptionMaker(globalThis.DOMException);
