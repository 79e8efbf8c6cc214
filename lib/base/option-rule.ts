// The rules for options: an untrusted value in, the same value or an error with the option's name out. Nothing is
// coerced. `undefined` counts as absent everywhere.

import { described } from './described.ts';

/** A rule that checks one option. */
export interface OptionRule<Value> {
  /** The value of an absent option. */
  readonly fallback: Value;
  /** Whether the option must be present. */
  readonly required?: boolean;
  /** Whether the name is only kept free for `OptionTable.pick`: callers do not have this option. */
  readonly reserved?: boolean;
  /**
   * Returns the value to use.
   *
   * @param options - the object that the value was read from
   * @throws TypeError for a value of the wrong type, RangeError for a number out of range
   */
  check(value: unknown, name: string, options: object): Value;
}

/** The rules of a set of options: an option without a rule does not compile. */
export type OptionRules<Options> = { readonly [Name in keyof Options]-?: OptionRule<Options[Name]> };

/**
 * Options after the check. All have a value, except those in `Open`: with `-?`, a compiler without
 * `exactOptionalPropertyTypes` would remove `undefined` from those, too.
 */
export type Settled<Options, Open extends keyof Options = never> = {
  readonly [Name in keyof Required<Options>]: Name extends Open
    ? Options[Name]
    : Exclude<Options[Name], undefined>;
};

/** Returns the same rule for an option that must be present. */
export function required<Value>(rule: OptionRule<Value | undefined>): OptionRule<Value> {
  return { ...(rule as OptionRule<Value>), required: true };
}

/** Keeps a name free in checked options. To set it in a copy is then fast, because the copy has the same hidden class. */
export const reserved: OptionRule<undefined> = {
  fallback: undefined,
  reserved: true,
  check: () => undefined,
};

/** Accepts the values that `accepts` returns true for. */
export function kind<Value>(
  expected: string,
  accepts: (value: unknown) => boolean,
): OptionRule<Value | undefined>;
export function kind<Value>(
  expected: string,
  accepts: (value: unknown) => boolean,
  fallback: Value,
): OptionRule<Value>;
export function kind<Value>(
  expected: string,
  accepts: (value: unknown) => boolean,
  fallback?: Value,
): OptionRule<Value | undefined> {
  const check = (value: unknown, name: string): Value => {
    if (accepts(value)) return value as Value;
    throw new TypeError(`${name} must be ${expected} (got ${described(value)})`);
  };
  return { fallback, check };
}

/** Accepts `true` and `false`. */
export function flag(): OptionRule<boolean | undefined>;
export function flag(fallback: boolean): OptionRule<boolean>;
export function flag(fallback?: boolean): OptionRule<boolean | undefined> {
  return kind<boolean | undefined>('true or false', value => typeof value === 'boolean', fallback);
}

/** Accepts strings. */
export function text(): OptionRule<string | undefined>;
export function text(fallback: string): OptionRule<string>;
export function text(fallback?: string): OptionRule<string | undefined> {
  return kind<string | undefined>('a string', value => typeof value === 'string', fallback);
}

/** Accepts one of these words. */
export function oneOf<Word extends string>(words: readonly Word[]): OptionRule<Word | undefined>;
export function oneOf<Word extends string>(words: readonly Word[], fallback: Word): OptionRule<Word>;
export function oneOf<Word extends string>(
  words: readonly Word[],
  fallback?: Word,
): OptionRule<Word | undefined> {
  const expected = words.map(word => `'${word}'`).join(' or ');
  return kind<Word | undefined>(expected, value => words.includes(value as Word), fallback);
}

/** Accepts functions. They are called as methods of the options object. */
export function callable<Call>(): OptionRule<Call | undefined>;
export function callable<Call>(fallback: Call): OptionRule<Call>;
export function callable<Call>(fallback?: Call): OptionRule<Call | undefined> {
  const rule = kind<Call>('a function', value => typeof value === 'function');
  const check = (value: unknown, name: string, options: object): Call =>
    Function.prototype.bind.call(rule.check(value, name, options) as () => void, options) as Call;
  return { fallback, check };
}

/** Accepts objects of any class and realm that have these methods. */
export function withMethods<Value>(
  expected: string,
  methods: readonly (keyof Value & string)[],
): OptionRule<Value | undefined>;
export function withMethods<Value>(
  expected: string,
  methods: readonly (keyof Value & string)[],
  fallback: Value,
): OptionRule<Value>;
export function withMethods<Value>(
  expected: string,
  methods: readonly (keyof Value & string)[],
  fallback?: Value,
): OptionRule<Value | undefined> {
  const accepts = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    methods.every(method => typeof (value as Value)[method] === 'function');
  return kind<Value | undefined>(`${expected} with ${methods.join(', ')}`, accepts, fallback);
}

/** Accepts an `AbortSignal` of any realm, also a polyfilled one. */
export function abortSignal(): OptionRule<AbortSignal | undefined> {
  const accepts = (value: unknown): boolean =>
    typeof (value as AbortSignal | null)?.addEventListener === 'function' && 'aborted' in (value as object);
  return kind('an AbortSignal', accepts);
}

/** Accepts objects other than arrays. */
export function object<Value>(): OptionRule<Value | undefined> {
  return kind('an object', value => typeof value === 'object' && value !== null && !Array.isArray(value));
}

/** Accepts integers of at least `least` (default: 1), and `Infinity`, which lifts the limit. */
export function limit(): OptionRule<number | undefined>;
export function limit(fallback: number): OptionRule<number>;
export function limit(fallback: undefined, least: number): OptionRule<number | undefined>;
export function limit(fallback?: number, least = 1): OptionRule<number | undefined> {
  const expected = `${least === 1 ? 'a positive integer' : `an integer from ${least} on`} or Infinity`;
  const accepts = (value: number): boolean =>
    value === Infinity || (Number.isSafeInteger(value) && value >= least);
  return numeric(expected, accepts, fallback);
}

/** Accepts integers from `least` to `most`. */
export function integer(least: number, most: number): OptionRule<number | undefined>;
export function integer(least: number, most: number, fallback: number): OptionRule<number>;
export function integer(least: number, most: number, fallback?: number): OptionRule<number | undefined> {
  const accepts = (value: number): boolean => Number.isInteger(value) && value >= least && value <= most;
  return numeric(`an integer from ${least} to ${most}`, accepts, fallback);
}

function numeric(
  expected: string,
  accepts: (value: number) => boolean,
  fallback: number | undefined,
): OptionRule<number | undefined> {
  const rule = kind<number | undefined>(expected, value => typeof value === 'number', fallback);
  const check = (value: unknown, name: string, options: object): number => {
    const number = rule.check(value, name, options) as number;
    if (accepts(number)) return number;
    throw new RangeError(`${name} must be ${expected} (got ${number})`);
  };
  return { fallback, check };
}
