// What WebIDL asks of the classes of the platform: the shape of an interface, and the conversion of arguments.

const shortLimit = 65_536;

/** Gives a class the shape of an interface: enumerable members on its prototype, and its name as the tag. */
export function asInterface(name: string, { prototype }: { readonly prototype: object }): void {
  for (const [member, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (member !== 'constructor')
      Object.defineProperty(prototype, member, { ...descriptor, enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}

/**
 * Returns the object whose properties are the members of a dictionary; none for `undefined` and `null`.
 *
 * @throws TypeError for anything else that is no object
 */
export function dictionary(name: string, value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' || typeof value === 'function') return value as Record<string, unknown>;
  throw new TypeError(`${name} must be an object (got ${shown(value)})`);
}

/**
 * Converts to `[EnforceRange] unsigned short`.
 *
 * @throws TypeError for what is no number from 0 to 65535
 */
export function enforcedShort(name: string, value: unknown): number {
  // Unlike Number(): a BigInt or a Symbol is a TypeError.
  const integer = Math.trunc(+(value as number));
  if (integer >= 0 && integer < shortLimit) return integer + 0;
  throw new TypeError(`${name} must be an integer from 0 to 65535 (got ${shown(value)})`);
}

/**
 * Converts to `sequence<USVString>`: an iterable object of anything that becomes a string.
 *
 * @throws TypeError for what cannot be iterated, a string included
 */
export function sequence(name: string, value: unknown): string[] {
  const iterable =
    Object(value) === value && typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function';
  if (!iterable) throw new TypeError(`${name} must be a list of strings (got ${shown(value)})`);
  return Array.from(value as Iterable<string>, item => `${item}`);
}

/**
 * Returns the AbortSignal, of any realm and any polyfill, if there is one.
 *
 * @throws TypeError for anything else, `null` included
 */
export function abortSignal(name: string, value: unknown): AbortSignal | undefined {
  if (value === undefined) return undefined;
  const { aborted, addEventListener } = Object(value);
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return value as AbortSignal;
  throw new TypeError(`${name} must be an AbortSignal (got ${shown(value)})`);
}

/** @throws TypeError if there are fewer arguments than an operation needs */
export function requireArguments(name: string, given: number, needed: number): void {
  if (given < needed)
    throw new TypeError(`${name} needs ${needed} argument${needed === 1 ? '' : 's'} (got ${given})`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
