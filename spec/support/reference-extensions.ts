// Parses Sec-WebSocket-Extensions character by character by the grammar of RFC 6455 §9.1 and RFC 9110 §5.6.1.

import type { Extension } from '../../lib/handshake/extensions.ts';

/** Returns the extensions; undefined if the value violates the grammar. Has no limits. */
export function referenceExtensions(value: string): Extension[] | undefined {
  const extensions: Extension[] = [];
  for (const element of split(value, ',')) {
    if (trim(element) === '') continue;
    const [name, ...parameters] = split(element, ';').map(trim);
    if (!isToken(name!)) return undefined;
    const read = parameters.map(readParameter);
    if (read.includes(undefined)) return undefined;
    extensions.push({ name: name!, parameters: read as Extension['parameters'] });
  }
  return extensions.length > 0 ? extensions : undefined;
}

function readParameter(text: string): readonly [string, string | undefined] | undefined {
  const equals = text.indexOf('=');
  if (equals < 0) return isToken(text) ? [text, undefined] : undefined;
  const name = text.slice(0, equals);
  const value = unquoted(text.slice(equals + 1));
  return isToken(name) && value !== undefined && isToken(value) ? [name, value] : undefined;
}

/** "the value after quoted-string unescaping MUST conform to the 'token' ABNF" */
function unquoted(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  let value = '';
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '"') return at === text.length - 1 ? value : undefined;
    if (text[at] === '\\') at += 1;
    value += text[at] ?? ' ';
  }
  return undefined;
}

/** Splits at separators outside of quotes. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === separator && !quoted) {
      parts.push(part);
      part = '';
      continue;
    }
    if (text[at] === '"') quoted = !quoted;
    part += text[at];
    if (quoted && text[at] === '\\' && at + 1 < text.length) part += text[++at];
  }
  parts.push(part);
  return parts;
}

function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && ' \t'.includes(text[start]!)) start++;
  while (end > start && ' \t'.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

function isToken(text: string): boolean {
  if (text === '') return false;
  return [...text].every(
    character => character > ' ' && character < '\x7f' && !'()<>@,;:\\"/[]?={}'.includes(character),
  );
}
