// How every limit in an options object is checked: once, in the constructor, never coerced.

/**
 * The limit to use: `value`, or `fallback` where it is undefined. `Infinity` lifts it.
 *
 * @throws TypeError when it is no number
 * @throws RangeError when it is not a positive integer or `Infinity`
 */
export function checkedLimit(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${typeof value}`);
  if (value === Infinity || (Number.isSafeInteger(value) && value > 0)) return value;
  throw new RangeError(`${name} must be a positive integer or Infinity, not ${value}`);
}
