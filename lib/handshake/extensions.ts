// Sec-WebSocket-Extensions (RFC 6455 §9.1): text ⇄ extensions with their parameters. Knows no extension.

import { isToken, trimWhitespace } from './headers.ts';

/** One extension of a header: offered, or accepted. */
export interface Extension {
  readonly name: string;
  /** In the order of the header, duplicates and all; `undefined`: the parameter has no value. */
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
}

const maxHeaderChars = 4096;
const maxExtensions = 16;
const maxParameters = 16;

/**
 * A separator and what follows it: nothing, a name, or a name with a value. The value is a token, or a
 * quoted-string that "after quoted-string unescaping MUST conform to the 'token' ABNF". No two parts of it can take
 * the same character, so it never tries twice.
 */
const piece =
  /[ \t]*([,;])[ \t]*(?:([!#$%&'*+\-.^_`|~\w]+)(?:=(?:([!#$%&'*+\-.^_`|~\w]+)|"((?:\\?[!#$%&'*+\-.^_`|~\w])+)"))?)?/y;

/**
 * The extensions of a header value, in their order; `undefined`: it is malformed, or larger than 4096 characters,
 * 16 extensions, or 16 parameters an extension. Empty list elements are skipped (RFC 9110 §5.6.1), but one must be
 * there; whitespace may stand around `;` and `,`, not around `=`.
 */
export function parseExtensions(value: string): Extension[] | undefined {
  if (value.length > maxHeaderChars) return undefined;
  const extensions: { name: string; parameters: [string, string | undefined][] }[] = [];
  const text = `,${trimWhitespace(value)}`;
  let parameters: [string, string | undefined][] | undefined;
  for (let at = 0; at < text.length; at = piece.lastIndex) {
    piece.lastIndex = at;
    const [matched, separator, name, token, quoted] = piece.exec(text) ?? [];
    if (matched === undefined) return undefined;
    const argument = token ?? quoted?.replaceAll('\\', '');
    if (separator === ';') {
      if (name === undefined || parameters === undefined) return undefined;
      if (parameters.push([name, argument]) > maxParameters) return undefined;
    } else {
      if (argument !== undefined) return undefined;
      parameters = name === undefined ? undefined : [];
      if (name !== undefined && extensions.push({ name, parameters: parameters! }) > maxExtensions)
        return undefined;
    }
  }
  return extensions.length > 0 ? extensions : undefined;
}

/**
 * The header value that {@link parseExtensions} reads back as the same.
 *
 * @throws TypeError for a name or value that is no token
 */
export function formatExtensions(extensions: readonly Extension[]): string {
  return extensions
    .map(({ name, parameters }) =>
      [checked(name), ...parameters.map(([name, value]) => formatParameter(name, value))].join('; '),
    )
    .join(', ');
}

function formatParameter(name: string, value: string | undefined): string {
  return value === undefined ? checked(name) : `${checked(name)}=${checked(value)}`;
}

function checked(text: string): string {
  if (!isToken(text)) throw new TypeError(`not a token: ${JSON.stringify(text)}`);
  return text;
}

/**
 * The extensions of a header value of our own side.
 *
 * @throws TypeError when it is malformed
 */
export function checkedExtensions(value: string): readonly Extension[] {
  const extensions = parseExtensions(value);
  if (extensions === undefined) throw new TypeError(`malformed extensions: ${JSON.stringify(value)}`);
  return extensions;
}

/** Whether each of the extensions was offered and none comes twice (RFC 6455 §4.2.2, §9.1). */
export function isSelection(extensions: readonly Extension[], offered: readonly Extension[]): boolean {
  const names = new Set(extensions.map(({ name }) => name));
  const offers = new Set(offered.map(({ name }) => name));
  return names.size === extensions.length && extensions.every(({ name }) => offers.has(name));
}
