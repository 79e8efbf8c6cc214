// Sec-WebSocket-Extensions (RFC 6455 §9.1): text ⇄ extensions with their parameters. Knows no extension.

import type { HeaderFields } from './header-fields.ts';
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
  let current: [string, string | undefined][] | undefined;
  const text = `,${trimWhitespace(value)}`;
  for (let at = 0; at < text.length; at = piece.lastIndex) {
    piece.lastIndex = at;
    const [matched, separator, name, token, quoted] = piece.exec(text) ?? [];
    const argument = token ?? quoted?.replaceAll('\\', '');
    if (matched === undefined) return undefined;
    if (separator === ';') {
      if (name === undefined || current === undefined) return undefined;
      if (current.push([name, argument]) > maxParameters) return undefined;
    } else {
      if (argument !== undefined) return undefined;
      current = name === undefined ? undefined : [];
      if (current && extensions.push({ name: name!, parameters: current }) > maxExtensions) return undefined;
    }
  }
  return extensions.length > 0 ? extensions : undefined;
}

/** The extensions of a head, none when the header is absent; `undefined`: malformed, as above. */
export function headerExtensions(headers: HeaderFields): readonly Extension[] | undefined {
  const value = headers.get('sec-websocket-extensions');
  return value === undefined ? [] : parseExtensions(value);
}

/**
 * The extensions of our own side's header value, none when it is absent.
 *
 * @throws TypeError when it is malformed, as above
 */
export function checkedExtensions(value: string | undefined): readonly Extension[] {
  const extensions = value === undefined ? [] : parseExtensions(value);
  if (extensions === undefined) throw new TypeError(`malformed extensions: ${JSON.stringify(value)}`);
  return extensions;
}

/** Whether each of the extensions was offered and none comes twice (RFC 6455 §4.2.2, §9.1). */
export function isSelection(extensions: readonly Extension[], offered: readonly Extension[]): boolean {
  const names = extensions.map(({ name }) => name);
  return names.every(
    (name, index) => names.indexOf(name) === index && offered.some(offer => offer.name === name),
  );
}

/**
 * The header value that {@link parseExtensions} reads back as the same.
 *
 * @throws TypeError for a name or value that is no token
 */
export function formatExtensions(extensions: readonly Extension[]): string {
  const format = ({ name, parameters }: Extension): string =>
    [checkedToken(name), ...parameters.map(formatParameter)].join('; ');
  return extensions.map(format).join(', ');
}

function formatParameter([name, value]: Extension['parameters'][number]): string {
  return value === undefined ? checkedToken(name) : `${checkedToken(name)}=${checkedToken(value)}`;
}

function checkedToken(text: string): string {
  if (!isToken(text)) throw new TypeError(`not a token: ${JSON.stringify(text)}`);
  return text;
}
