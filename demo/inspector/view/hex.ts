// Shows bytes as rows of hexadecimal digits and text.

import { element, grouped } from './element.ts';

const maxBytes = 192;

/** Returns the number of bytes in a row, which is smaller on a phone. */
const bytesPerRow = () => (matchMedia('(max-width: 560px)').matches ? 8 : 16);

const hex = (byte: number) => byte.toString(16).padStart(2, '0');

/** Returns the digits of a few bytes, such as `12 34 56 78`. */
export function hexDigits(bytes: Uint8Array): string {
  return Array.from(bytes, hex).join(' ');
}

/** Returns a dump of the first bytes, with a note that says how many more there are. */
export function hexDump(bytes: Uint8Array, total: number, label: string): HTMLElement {
  const shown = bytes.subarray(0, maxBytes);
  const body = element('tbody');
  const step = bytesPerRow();
  for (let at = 0; at < shown.length; at += step) {
    const row = shown.subarray(at, at + step);
    body.append(
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, at.toString(16).padStart(4, '0')),
        element('td.digits', {}, hexDigits(row)),
        element('td.text', {}, printable(row)),
      ),
    );
  }
  const table = element(
    'table.hex',
    {},
    element('caption', {}, label),
    element(
      'thead.sr',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'offset'),
        element('th', { scope: 'col' }, 'hex'),
        element('th', { scope: 'col' }, 'text'),
      ),
    ),
    body,
  );
  const more = total - shown.length;
  const note = total === 0 ? 'No bytes.' : more > 0 ? `and ${grouped(more)} more bytes` : '';
  return element('div.dump', {}, table, note !== '' && element('p.note', {}, note));
}

/** Returns the printable ASCII characters, with a dot for every other byte. */
function printable(bytes: Uint8Array): string {
  return Array.from(bytes, byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
}
