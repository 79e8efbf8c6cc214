// The rules of WebIDL for the platform's classes: the shape of an interface and the conversion of arguments.

const shortLimit = 65_536;

/** A class, reduced to its prototype. */
interface Shape {
  readonly prototype: object;
}

/** Gives a class the shape of an interface: enumerable members on its prototype, and its name as the tag. */
export function asInterface(name: string, { prototype }: Shape): void {
  for (const [member, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (member !== 'constructor')
      Object.defineProperty(prototype, member, { ...descriptor, enumerable: true });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}

/** Copies the shape of an interface to a subclass that adds only a constructor, so that it replaces its base class. */
export function inPlaceOf(Base: Shape, Class: Shape): void {
  const { constructor: _, ...members } = Object.getOwnPropertyDescriptors(
    Base.prototype,
  ) as PropertyDescriptorMap;
  Object.defineProperties(Class.prototype, members);
  Object.setPrototypeOf(Class.prototype, Object.getPrototypeOf(Base.prototype));
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(Base))) {
    if (descriptor.enumerable) Object.defineProperty(Class, name, descriptor);
  }
}

/**
 * Returns the object whose properties are the members of a dictionary; an empty one for `undefined` and `null`.
 *
 * @throws TypeError for anything else that is not an object
 */
export function dictionary(name: string, value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' || typeof value === 'function') return value as Record<string, unknown>;
  throw new TypeError(`${name} must be an object (got ${shown(value)})`);
}

/**
 * Converts to `[EnforceRange] unsigned short`.
 *
 * @throws TypeError if it is not a number from 0 to 65535
 */
export function enforcedShort(name: string, value: unknown): number {
  // Unlike Number(), the unary plus throws a TypeError for a BigInt or a Symbol.
  const integer = Math.trunc(+(value as number));
  if (integer >= 0 && integer < shortLimit) return integer + 0;
  throw new TypeError(`${name} must be an integer from 0 to 65535 (got ${shown(value)})`);
}

/** Converts to `[Clamp] unsigned short`: the nearest integer, ties to even. */
export function clampedShort(value: unknown): number {
  const number = +(value as number);
  if (Number.isNaN(number)) return 0;
  const clamped = Math.min(Math.max(number, 0), shortLimit - 1);
  const floor = Math.floor(clamped);
  const distance = clamped - floor;
  return distance > 0.5 || (distance === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/**
 * Converts to `sequence<USVString>`: an iterable object whose items are converted to strings.
 *
 * @throws TypeError if it is not iterable, or is a string
 */
export function sequence(name: string, value: unknown): string[] {
  const iterable =
    Object(value) === value && typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function';
  if (!iterable) throw new TypeError(`${name} must be a list of strings (got ${shown(value)})`);
  return Array.from(value as Iterable<string>, item => `${item}`);
}

/** @throws TypeError if there are fewer arguments than an operation needs */
export function requireArguments(name: string, given: number, needed: number): void {
  if (given < needed)
    throw new TypeError(`${name} needs ${needed} argument${needed === 1 ? '' : 's'} (got ${given})`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
