// The table that compares the last runs of the two clients of the demo server.

import type { Result } from '../session.ts';
import { byId, byteSize, element, grouped } from './element.ts';

/** Shows a row for each client, in this order. */
export function showComparison(rows: readonly (readonly [name: string, result: Result | undefined])[]): void {
  const cell = (text: string) => element('td', {}, text);
  const body = rows.map(([name, result]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...(result === undefined ? [cell('–'), cell('–'), cell('–'), cell('–')] : figures(result).map(cell)),
    ),
  );
  byId('comparison').replaceChildren(...body);
}

function figures({ messages, bytes, ms, maxQueueBytes }: Result): string[] {
  return [
    `${grouped(ms, ms < 10 ? 1 : 0)} ms`,
    grouped((messages * 1000) / ms),
    `${byteSize((bytes * 1000) / ms)}/s`,
    byteSize(maxQueueBytes),
  ];
}
