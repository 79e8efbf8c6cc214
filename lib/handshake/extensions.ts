// Parses and formats Sec-WebSocket-Extensions (RFC 6455 §9.1).

import { described } from '../base/described.ts';
import type { HeaderFields } from './header-fields.ts';
import { isToken, trimWhitespace } from './headers.ts';

/** An offered or accepted extension of a header. */
export interface Extension {
  readonly name: string;
  /** The parameters in the order of the header, with duplicates. A value is `undefined` if there is none. */
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
}

const maxHeaderChars = 4096;
const maxExtensions = 16;
const maxParameters = 16;

/**
 * A separator and the item after it: nothing, a name, or a name with a value. The value is a token, or a quoted-string that
 * "after quoted-string unescaping MUST conform to the 'token' ABNF". No two parts of the expression match the same character,
 * so it never backtracks.
 */
const piece =
  /[ \t]*([,;])[ \t]*(?:([!#$%&'*+\-.^_`|~\w]+)(?:=(?:([!#$%&'*+\-.^_`|~\w]+)|"((?:\\?[!#$%&'*+\-.^_`|~\w])+)"))?)?/y;

/**
 * Returns the extensions of a header value in order, or `undefined` if it is malformed, or exceeds 4096 characters, 16
 * extensions, or 16 parameters for one extension. Empty list elements are skipped (RFC 9110 §5.6.1), but the list must not be
 * empty. Whitespace is allowed around `;` and `,`, but not around `=`.
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

/** Returns the extensions of a head, none if the header is absent; `undefined` if `parseExtensions` rejects it. */
export function headerExtensions(headers: HeaderFields): readonly Extension[] | undefined {
  const value = headers.get('sec-websocket-extensions');
  return value === undefined ? [] : parseExtensions(value);
}

/**
 * Returns the extensions of our own header value, none if it is absent.
 *
 * @throws TypeError if `parseExtensions` rejects it
 */
export function checkedExtensions(value: string | undefined): readonly Extension[] {
  const extensions = value === undefined ? [] : parseExtensions(value);
  if (extensions === undefined)
    throw new TypeError(`extensions must be a valid Sec-WebSocket-Extensions (got ${described(value)})`);
  return extensions;
}

/** Whether each of the extensions was offered, and none occurs twice (RFC 6455 §4.2.2, §9.1). */
export function isSelection(extensions: readonly Extension[], offered: readonly Extension[]): boolean {
  const names = extensions.map(({ name }) => name);
  return names.every(
    (name, index) => names.indexOf(name) === index && offered.some(offer => offer.name === name),
  );
}

/**
 * Returns a header value that {@link parseExtensions} parses to the same extensions.
 *
 * @throws TypeError for a name or value that is not a token
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
  if (!isToken(text))
    throw new TypeError(`names and values of extensions must be tokens (got ${described(text)})`);
  return text;
}
