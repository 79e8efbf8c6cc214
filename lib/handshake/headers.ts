// Header fields (RFC 9110 §5): the elements of lists, and the check of outgoing fields.

import { described } from '../base/described.ts';
import type { OptionRule } from '../base/option-rule.ts';
import type { HeaderFields, HeaderList } from './header-fields.ts';

/** Header fields of the user: pairs (such as a platform `Headers`) or an object. */
export type HeadersInput =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string>>;

/** The headers that the handshake sets itself, that frame a message, or that belong to one hop. */
const reserved =
  /^(?:connection|upgrade|keep-alive|proxy-connection|te|trailer|expect|content-length|transfer-encoding|sec-websocket-.*)$/i;

const none: HeaderList = [];

/** Whether this is a token (RFC 9110 §5.6.2, the same as in RFC 2616 §2.2). */
export function isToken(text: unknown): text is string {
  return typeof text === 'string' && /^[!#$%&'*+\-.^_`|~\w]+$/.test(text);
}

/** Returns the elements of the comma-separated lists in all fields of this name, without empty ones (RFC 9110 §5.6.1). */
export function headerElements(headers: HeaderFields, name: string): string[] {
  const lists = headers.getAll(name);
  return lists.flatMap(list => list.split(',').map(trimWhitespace)).filter(element => element !== '');
}

/** Whether a list in a field of this name has this element, in any case, such as `upgrade` in Connection. */
export function hasElement(headers: HeaderFields, name: string, element: string): boolean {
  const value = headers.get(name)?.toLowerCase();
  if (value === undefined || !value.includes(element)) return false;
  return (
    value === element || headerElements(headers, name).some(present => present.toLowerCase() === element)
  );
}

/** Removes spaces and tabs at both ends, in linear time. Unlike `trim()` it keeps U+00A0. */
export function trimWhitespace(text: string): string {
  return /[^\t ](?:.*[^\t ])?/s.exec(text)?.[0] ?? '';
}

/**
 * Returns a copy of the user's fields as a list.
 *
 * @throws TypeError for anything but pairs or an object, for a field that {@link checkField} rejects, and for one that
 * belongs to the handshake
 */
export function checkedHeaders(input: HeadersInput = none): HeaderList {
  if (input === none) return none;
  const isObject = typeof input === 'object' && input !== null;
  const fields = isObject ? [...(Symbol.iterator in input ? input : Object.entries(input))] : undefined;
  if (!fields?.every(Array.isArray)) {
    throw new TypeError(
      `headers must be pairs of a name and a value, or an object (got ${described(input)})`,
    );
  }
  return fields.map(([name, value]) => {
    checkField(name, value);
    if (reserved.test(name))
      throw new TypeError(`headers must not have ${name}, which belongs to the handshake`);
    return [name, value];
  });
}

/** The rule of the option `headers`: {@link checkedHeaders}. */
export const headersRule: OptionRule<HeaderList> = {
  fallback: none,
  check: value => checkedHeaders(value as HeadersInput),
};

/**
 * Rejects a field that could end a line, or mean something else to the peer.
 *
 * @throws TypeError unless the name is a token, and the value a string of tabs and U+0020 to U+00FF without U+007F
 */
export function checkField(name: string, value: string): void {
  if (!isToken(name) || typeof value !== 'string' || !/^[\t -~\x80-\xff]*$/.test(value)) {
    throw new TypeError(`malformed header: ${JSON.stringify([name, value])}`);
  }
}

/** Whether a Host header or `:authority` names one host. Two that were joined contain a comma. */
export function isHost(host = ''): boolean {
  return /^[^\s,/?#@\\]+$/.test(host);
}
