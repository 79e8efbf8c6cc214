// The options of one entry point: takes an untrusted object, reads each option once and checks it by its rule.

import { coded, codedFault } from './coded.ts';
import { described } from './described.ts';
import { nearestName } from './nearest-name.ts';
import type { OptionRule, OptionRules } from './option-rule.ts';

const noOptions = {};

/** The key for the table that has checked an object. Spreading copies it, so spread nothing unchecked over a checked object. */
const checkedBy = Symbol('checkedBy');

interface Entry {
  readonly name: string;
  readonly rule: OptionRule<unknown>;
}

/** The rules of a table, made at its first use. */
interface Contents<Options> {
  readonly rules: OptionRules<Options>;
  /** The options that a caller may use. */
  readonly entries: readonly Entry[];
  /** The values of absent options. It has every name. */
  readonly fallbacks: Options;
}

/**
 * All options of one function or constructor.
 *
 * An option is read by property access, own or inherited, so that an instance of a class can provide options as fields,
 * getters and methods; a method is called on that instance. Each option is read once, in the order of the table.
 *
 * In a plain object, and in one that inherits only from plain objects, every enumerable name must be an option. An instance
 * of a class may have fields and methods for its own use: there, a name is an error only if it looks like a misspelt option
 * or is an option of another library, and does not begin with `_`.
 */
export class OptionTable<Options extends object> {
  readonly #owner: string;
  readonly #makeRules: () => OptionRules<Options>;
  #made: Contents<Options> | undefined;

  /**
   * @param owner - the name of the function or class that takes the options, for error messages
   * @param rules - called once, on first use, so that a bundler can leave out a table that is not used
   */
  constructor(owner: string, rules: () => OptionRules<Options>) {
    this.#owner = owner;
    this.#makeRules = rules;
  }

  /** The rules, for tables that contain this one. */
  get rules(): OptionRules<Options> {
    return this.#contents.rules;
  }

  /**
   * Returns the options with their defaults. Later changes of the caller's object do not reach it.
   *
   * @throws TypeError for an unknown name, or for a value of the wrong type; errors have a `code`
   * @throws RangeError for a number out of range
   */
  check(options: object | undefined): Options {
    const given: unknown = options === undefined ? noOptions : options;
    if (isCheckedBy(this, given)) return given as Options;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      const message = `the options of ${this.#owner} must be an object (got ${described(given)})`;
      throw coded(new TypeError(message), 'ERR_INVALID_OPTION');
    }
    const { rules, entries, fallbacks } = this.#contents;
    this.#refuseUnknown(given, rules);
    const checked = { ...(fallbacks as { [name: string]: unknown }) };
    for (const { name, rule } of entries) {
      const value = (given as { readonly [name: string]: unknown })[name];
      if (value !== undefined || rule.required) checked[name] = settled(rule, value, name, given);
    }
    return checked as Options;
  }

  /**
   * Returns a copy of options that another table has checked, so that the callee need not check them again. Other names stay
   * in the copy. It is fast if `options` has all names of `own`, see `reserved`.
   *
   * @param own - overrides `options`, which has all others
   */
  pick<Own extends Partial<Options>>(
    options: Readonly<Omit<Options, keyof Own>>,
    own: Own = {} as Own,
  ): Options {
    const picked = { ...options, [checkedBy]: this } as object as Options;
    setAll(picked, own);
    return picked;
  }

  /** Returns values that need no check as checked options. */
  settle(values: Options): Options {
    const settled = { ...this.#contents.fallbacks };
    setAll(settled, values);
    return settled;
  }

  get #contents(): Contents<Options> {
    this.#made ??= contentsOf(this, this.#makeRules());
    return this.#made;
  }

  #refuseUnknown(options: object, rules: OptionRules<Options>): void {
    const ofClass = isInstance(options);
    for (let level: object | null = options; !isRoot(level); level = Object.getPrototypeOf(level)) {
      const names = ofClass ? Object.getOwnPropertyNames(level) : Object.keys(level);
      for (const name of names) {
        const rule = Object.hasOwn(rules, name) ? rules[name as keyof Options] : undefined;
        // Options that another table has checked have the reserved names, too, without values.
        const isSet = () => ofClass || options[name as keyof object] !== undefined;
        if (rule === undefined || (rule.reserved && isSet())) this.#refuse(name, ofClass);
      }
    }
  }

  #refuse(name: string, ofClass: boolean): void {
    if (ofClass && (name === 'constructor' || name.startsWith('_'))) return;
    const maxEdits = Math.floor(name.length / (ofClass ? 4 : 3));
    const nearest = nearestName(
      name,
      this.#contents.entries.map(entry => entry.name),
      maxEdits,
    );
    if (ofClass && nearest === undefined) return;
    const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
    const message = `${this.#owner} has no option ${described(name)}${hint}`;
    throw coded(new TypeError(message), 'ERR_UNKNOWN_OPTION');
  }
}

/** Sets properties. Unlike `Object.assign`, it keeps the hidden class if all exist. */
function setAll<Options extends object>(target: Options, values: Partial<Options>): void {
  for (const name in values) target[name] = values[name] as Options[typeof name];
}

function contentsOf<Options extends object>(
  table: OptionTable<Options>,
  rules: OptionRules<Options>,
): Contents<Options> {
  const fallbacks: { [name: string]: unknown } = { [checkedBy]: table, ...rules };
  const all = Object.entries<OptionRule<unknown>>(rules).map(([name, rule]) => ({ name, rule }));
  for (const { name, rule } of all) fallbacks[name] = rule.fallback;
  return { rules, entries: all.filter(({ rule }) => !rule.reserved), fallbacks: fallbacks as Options };
}

/** Returns the value to use; adds a code to the rule's error. */
function settled(rule: OptionRule<unknown>, value: unknown, name: string, options: object): unknown {
  try {
    return rule.check(value, name, options);
  } catch (error) {
    throw codedFault(error);
  }
}

function isCheckedBy(table: object, options: unknown): boolean {
  return (options as { readonly [checkedBy]?: unknown } | null)?.[checkedBy] === table;
}

/** Whether this object, or one that it inherits from, is an instance of a class. */
function isInstance(options: object): boolean {
  let level = Object.getPrototypeOf(options);
  while (!isRoot(level)) {
    if (Object.hasOwn(level, 'constructor')) return true;
    level = Object.getPrototypeOf(level);
  }
  return false;
}

/** Whether this is the end of a prototype chain: `null`, or the `Object.prototype` of any realm. */
function isRoot(level: object | null): level is null {
  if (level === null || level === Object.prototype) return true;
  return Object.getPrototypeOf(level) === null && Object.hasOwn(level, 'hasOwnProperty');
}
