// How consoles show objects whose state is private.

type Inspect = (value: unknown, options: object) => string;

/**
 * Has the consoles of Node, Bun and Deno show the objects of a class with these fields. Without it they show nothing, since
 * the fields of the class are private.
 *
 * @param name - the name of the class: bundlers rename classes
 */
export function showAs<Shown extends object>(
  type: { readonly prototype: Shown },
  name: string,
  fieldsOf: (object: Shown) => object,
): void {
  function inspected(this: Shown, depth: number, options: object, inspect: Inspect): string {
    // The prototype has no state.
    if (this === type.prototype) return `${name} {}`;
    if (depth < 0) return `[${name}]`;
    return `${name} ${inspect(fieldsOf(this), options)}`;
  }
  Object.defineProperty(type.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value: inspected,
    configurable: true,
  });
}
