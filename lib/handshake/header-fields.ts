// The header fields of a head (RFC 9110 §5), in the order of the wire: looked up by name, or gone through.

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
  /** Names and values in turn, as Node's `rawHeaders`. */
  readonly raw: readonly string[];

  /** @param raw - names and values in turn. They are not checked, and must not change any more. */
  constructor(raw: readonly string[] = []) {
    this.raw = raw;
  }

  /** Returns the fields of pairs, or the same fields. */
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

  /** Returns the values of all fields of this name, joined by ', '; `undefined` if there is none. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    const { raw } = this;
    let found: string | undefined;
    for (let i = 0; i < raw.length; i += 2) {
      if (isNamed(raw[i]!, wanted)) found = found === undefined ? raw[i + 1]! : `${found}, ${raw[i + 1]}`;
    }
    return found;
  }

  /** Returns the values of all fields of this name, in their order. */
  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    const { raw } = this;
    const values: string[] = [];
    for (let i = 0; i < raw.length; i += 2) if (isNamed(raw[i]!, wanted)) values.push(raw[i + 1]!);
    return values;
  }

  /** Whether there is a field of this name. */
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

/** The console of Node, Bun and Deno shows the pairs. */
function asPairs(this: HeaderFields, _depth: number, options: object, inspect: Inspect): string {
  return `HeaderFields ${inspect([...this], options)}`;
}

type Inspect = (value: unknown, options: object) => string;

Object.defineProperty(HeaderFields.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value: asPairs,
  configurable: true,
});

function isNamed(name: string, wanted: string): boolean {
  return name.length === wanted.length && (name === wanted || name.toLowerCase() === wanted);
}
