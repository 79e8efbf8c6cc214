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
  throw new TypeError(
    `${name} must be an object (got ${typeof value === 'string' ? `'${value}'` : String(value)})`,
  );
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
  throw new TypeError(`${name} must be an integer from 0 to 65535 (got ${String(value)})`);
}
