// Arbitraries of heads of the opening handshake. Most are valid; some lines are changed, missing or repeated.

import * as fc from 'fast-check';
import { encodeLatin1 } from '../../../lib/bytes/latin1.ts';
import { sometimes } from './bytes.ts';

type Change = (line: string) => readonly string[];

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom<Change[]>(
    () => [],
    line => [line, line],
    line => [line.toUpperCase()],
    line => [line.replace(': ', ' : ')],
    line => [line.replace(': ', ':\t ')],
    line => [line, ' folded'],
    line => [line.replace(/.$/, '')],
  ),
  fc.constantFrom(' ', ',', ', x', '\0', '\r', '\u00ff', ';', '\t').map(
    (end): Change =>
      line => [line + end],
  ),
  fc.nat(300).map(
    (length): Change =>
      line => [line, `X-Long: ${'y'.repeat(length)}`],
  ),
  fc.tuple(fc.nat(300), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })).map(
    ([at, other]): Change =>
      line => [line.slice(0, at) + latin1(other) + line.slice(at + 1)],
  ),
);

const latin1 = (text: string) => String.fromCharCode(text.charCodeAt(0) & 255);

/** Returns a head of these lines and the bytes after it, as Latin-1. */
export function head(...lines: readonly fc.Arbitrary<readonly string[]>[]): fc.Arbitrary<string> {
  const changed = lines.map(line =>
    fc
      .tuple(line, sometimes(6, change), sometimes(1, fc.constantFrom('\n', '\r', '\r\r\n', '')))
      .map(([written, change, end = '\r\n']) =>
        written.flatMap(line => change?.(line) ?? [line]).map(line => line + end),
      ),
  );
  return fc
    .tuple(fc.tuple(...changed), fc.constantFrom('', '\x81\x01a', 'GET'))
    .map(([lines, rest]) => `${lines.flat().join('')}\r\n${rest}`);
}

/** Returns a line with this start and one of the values. */
export function line(start: string, ...values: readonly string[]): fc.Arbitrary<readonly string[]> {
  return fc.constantFrom(...values).map(value => [start + value]);
}

/** Returns the bytes of a head. */
export const headBytes = (head: string): Uint8Array => encodeLatin1(head);
