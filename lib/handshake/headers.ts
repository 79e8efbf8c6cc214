// Header fields as lists of pairs (RFC 9110 §5): lookup without regard to case, and the guard for what goes out.

/** Header fields in the order of the wire. Names keep their case; look them up with {@link headerValues}. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Header fields as users give them: pairs (a platform `Headers` is such an iterable) or an object. */
export type HeadersInput =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string>>;

/** What the handshake alone decides, and what frames a message or belongs to one hop. */
const reserved =
  /^(?:connection|upgrade|keep-alive|proxy-connection|te|trailer|expect|content-length|transfer-encoding|sec-websocket-.*)$/i;

const tokenText = /^[!#$%&'*+\-.^_`|~\w]+$/;
const valueText = /^[\t -~\x80-\xff]*$/;

/** Whether the text is a token (RFC 9110 §5.6.2), the same as in RFC 2616 §2.2. */
export function isToken(text: string): boolean {
  return tokenText.test(text);
}

/** The values of all fields of this name, in the order of the wire. */
export function headerValues(headers: HeaderList, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

/** The values of all fields of this name as one value, joined by commas; `undefined`: there is none. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const values = headerValues(headers, name);
  return values.length > 0 ? values.join(', ') : undefined;
}

/** The elements of the comma-separated lists in all fields of this name; empty elements are left out (RFC 9110 §5.6.1). */
export function headerElements(headers: HeaderList, name: string): string[] {
  return headerValues(headers, name)
    .flatMap(value => value.split(','))
    .map(trimWhitespace)
    .filter(element => element !== '');
}

/** Whether a list in a field of this name has this element, whatever the case, such as `upgrade` in Connection. */
export function hasElement(headers: HeaderList, name: string, element: string): boolean {
  return headerElements(headers, name).some(present => present.toLowerCase() === element);
}

/** Without spaces and tabs at both ends. In linear time, and U+00A0 stays, unlike with `trim()`. */
export function trimWhitespace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text, start)) start++;
  while (end > start && isWhitespace(text, end - 1)) end--;
  return text.slice(start, end);
}

function isWhitespace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x09;
}

/**
 * The user's fields as a list of its own.
 *
 * @throws TypeError for a field that {@link checkField} refuses, and for one that belongs to the handshake
 */
export function checkedHeaders(input: HeadersInput = []): HeaderList {
  const pairs = Symbol.iterator in input ? input : Object.entries(input);
  return Array.from(pairs, ([name, value]) => {
    checkField(name, value);
    if (reserved.test(name)) throw new TypeError(`the header ${name} belongs to the handshake`);
    return [name, value] as const;
  });
}

/**
 * Refuses what could end a line or mean something else at the peer.
 *
 * @throws TypeError unless the name is a token and the value a string of U+0020 to U+00FF and tabs, without U+007F
 */
export function checkField(name: string, value: string): void {
  if (typeof name !== 'string' || !isToken(name)) {
    throw new TypeError(`not the name of a header: ${JSON.stringify(name)}`);
  }
  if (typeof value !== 'string' || !isFieldText(value)) {
    throw new TypeError(`not a value for the header ${name}: ${JSON.stringify(value)}`);
  }
}

/** Whether the text may stand in a header value or a reason phrase. */
export function isFieldText(text: string): boolean {
  return valueText.test(text);
}

/** Whether a Host header or `:authority` names one host. Two that were joined hold a comma. */
export function isHost(host = ''): boolean {
  return /^[^\s,/?#@\\]+$/.test(host);
}
