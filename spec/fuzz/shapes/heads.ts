// Heads of the opening handshake at random: mostly right, some lines changed, missing or doubled.

import { encodeLatin1 } from '../../../lib/bytes/latin1.ts';
import type { Random } from '../../support/random.ts';

const changes: readonly ((random: Random, line: string) => readonly string[])[] = [
  () => [],
  (_, line) => [line, line],
  (_, line) => [line.toUpperCase()],
  (_, line) => [line.replace(': ', ' : ')],
  (_, line) => [line.replace(': ', ':\t ')],
  (_, line) => [line, ' folded'],
  (_, line) => [line.replace(/.$/, '')],
  (random, line) => [line + random.pick([' ', ',', ', x', '\0', '\r', '\u00ff', ';', '\t'])],
  (random, line) => [line, `X-${random.below(100)}: ${'y'.repeat(random.below(300))}`],
];

const endings = ['\n', '\r', '\r\r\n', ''];

/** The head with some of its lines changed, and what lies behind it. */
export function randomHead(random: Random, lines: readonly string[]): Uint8Array {
  const changed = lines.flatMap(line => (random.next() < 0.06 ? random.pick(changes)(random, line) : [line]));
  const ended = changed.map(line => line + (random.next() < 0.01 ? random.pick(endings) : '\r\n'));
  return encodeLatin1(`${ended.join('')}\r\n${random.pick(['', '\x81\x01a', 'GET'])}`);
}
