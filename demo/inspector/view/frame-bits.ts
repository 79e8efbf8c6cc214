// The header of a frame as in the figure of RFC 6455 §5.2: a cell for each bit or field.

import { type HeaderFields, opcodeName } from '../wire/header-fields.ts';
import { element, grouped } from './element.ts';
import { hexDigits } from './hex.ts';

interface Cell {
  readonly name: string;
  readonly value: string;
  /** The meaning of the value. */
  readonly meaning: string;
  /** The colour of a bit that is set. */
  readonly tone?: 'on' | 'bad';
}

export function frameBits(fields: HeaderFields): HTMLElement {
  const list = element('dl.bits');
  for (const { name, value, meaning, tone } of cells(fields)) {
    list.append(
      element(
        tone === undefined ? 'div.bit' : `div.bit.${tone}`,
        {},
        element('dt', {}, name),
        element('dd', {}, element('code', {}, value), meaning !== '' && element('small', {}, meaning)),
      ),
    );
  }
  return list;
}

function cells(fields: HeaderFields): Cell[] {
  const { opcode, length7, extendedLength, maskingKey, payloadBytes } = fields;
  const list: Cell[] = [
    flag('FIN', fields.fin, 'last'),
    flag('RSV1', fields.rsv1, 'deflate'),
    flag('RSV2', fields.rsv2, 'reserved', 'bad'),
    flag('RSV3', fields.rsv3, 'reserved', 'bad'),
    { name: 'opcode', value: bits(opcode, 4), meaning: opcodeName(opcode) },
    flag('MASK', fields.masked, 'masked'),
    { name: 'length', value: bits(length7, 7), meaning: lengthMeaning(length7) },
  ];
  if (extendedLength.length > 0) {
    const name = `extended length, ${extendedLength.length * 8} bits`;
    list.push({ name, value: hexDigits(extendedLength), meaning: `${grouped(payloadBytes)} bytes` });
  }
  if (maskingKey.length > 0) {
    list.push({ name: 'masking key', value: hexDigits(maskingKey), meaning: 'XOR with the payload' });
  }
  return list;
}

function flag(name: string, set: boolean, meaning: string, tone: 'on' | 'bad' = 'on'): Cell {
  return set ? { name, value: '1', meaning, tone } : { name, value: '0', meaning: '' };
}

function bits(value: number, count: number): string {
  return value.toString(2).padStart(count, '0');
}

function lengthMeaning(length7: number): string {
  if (length7 === 126) return '16 bits follow';
  if (length7 === 127) return '64 bits follow';
  return length7 === 1 ? '1 byte' : `${length7} bytes`;
}
