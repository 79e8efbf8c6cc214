// Checks a limit that is not part of an option table, by the same rule.

import { limit } from './option-rule.ts';

const anyLimit = /* @__PURE__ */ limit();

/**
 * Returns the limit to use: `value`, or `fallback` if it is undefined. `Infinity` lifts it.
 *
 * @throws TypeError if it is not a number
 * @throws RangeError if it is not a positive integer or `Infinity`
 */
export function checkedLimit(name: string, value: number | undefined, fallback: number): number {
  return value === undefined ? fallback : anyLimit.check(value, name, {})!;
}
