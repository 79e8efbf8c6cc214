// The header fields of a head (RFC 9110 §5), in the order of the wire.

/** A header field. */
export type HeaderField = readonly [name: string, value: string];

/** Header fields as a list of pairs, in the order of the wire. */
export type HeaderList = readonly HeaderField[];

/**
 * The header fields of a request or a response. Names keep their case and fields their order; nothing is joined or dropped.
 * Lookups ignore case. The fields cannot be changed.
 *
 * @example
 * const authorize = ({ headers }) => (headers.get('authorization') === secret ? undefined : { status: 401 });
 */
export class HeaderFields implements Iterable<HeaderField> {
  /** Alternating names and values, as in Node's `rawHeaders`. */
  readonly raw: readonly string[];

  /** @param raw - alternating names and values. They are not checked, and must not change afterwards. */
  constructor(raw: readonly string[] = []) {
    this.raw = raw;
  }

  /** Returns the fields of pairs, or the argument if it is a `HeaderFields`. */
  static from(fields: HeaderFields | Iterable<HeaderField>): HeaderFields {
    if (fields instanceof HeaderFields) return fields;
    const raw: string[] = [];
    for (const [name, value] of fields) raw.push(name, value);
    return new HeaderFields(raw);
  }

  /** The number of fields. */
  get length(): number {
    return this.raw.length / 2;
  }

  /** Returns the values of all fields with this name, joined by ', '; `undefined` if there is none. */
  get(name: string): string | undefined {
    const { raw } = this;
    let found: string | undefined;
    for (let i = 0; i < raw.length; i += 2) {
      if (isSameName(raw[i]!, name)) found = found === undefined ? raw[i + 1]! : `${found}, ${raw[i + 1]}`;
    }
    return found;
  }

  /** Returns the values of all fields with this name, in order. */
  getAll(name: string): string[] {
    const { raw } = this;
    const values: string[] = [];
    for (let i = 0; i < raw.length; i += 2) if (isSameName(raw[i]!, name)) values.push(raw[i + 1]!);
    return values;
  }

  /** Whether there is a field with this name. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Iterates over the fields, in the order of the wire. */
  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (let i = 0; i < this.raw.length; i += 2) yield [this.raw[i]!, this.raw[i + 1]!];
  }

  /** Returns the fields as pairs. */
  toJSON(): HeaderList {
    return [...this];
  }
}

/** Returns the pairs for the console of Node, Bun and Deno. */
function asPairs(this: HeaderFields, _depth: number, options: object, inspect: Inspect): string {
  return `HeaderFields ${inspect([...this], options)}`;
}

type Inspect = (value: unknown, options: object) => string;

Object.defineProperty(HeaderFields.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value: asPairs,
  configurable: true,
});

/** Compares names without regard to case. It makes no strings, because a handshake compares dozens of names. */
function isSameName(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) {
    if (lowerCase(one.charCodeAt(i)) !== lowerCase(other.charCodeAt(i))) return false;
  }
  return true;
}

/** Returns the lower-case form of an ASCII letter, and any other character unchanged. */
function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}
