// Finds and makes elements, and formats numbers.

type Child = Node | string | undefined | false;

/** Returns an element of the page. Throws if there is none with this id. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element #${id}`);
  return found as Kind;
}

/** Makes an element with classes (`'div.card.wide'`), properties or attributes, and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  selector: Name | `${Name}.${string}`,
  attributes: Readonly<Record<string, string | number | boolean>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const [name, ...classes] = selector.split('.');
  const made = document.createElement(name as Name);
  made.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? '' : `${value}`);
  }
  made.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return made;
}

const units = ['B', 'KiB', 'MiB', 'GiB'] as const;

/** Formats a number of bytes, such as `1.5 KiB`. */
export function byteSize(bytes: number): string {
  const power = Math.min(3, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** power;
  const digits = power === 0 || value >= 9.95 || Number.isInteger(value) ? 0 : 1;
  return `${grouped(value, digits)} ${units[power]}`;
}

/** Formats a number with separators between thousands. */
export function grouped(value: number, digits = 0): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Returns true if the reader prefers less motion. */
export function prefersStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
