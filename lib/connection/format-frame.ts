// Formats a frame as a line for a log.

import { described } from '../base/described.ts';
import { Opcode, opcodeName } from '../frames/opcode.ts';
import type { TappedFrame } from './frame-observer.ts';

/** The longest part of a binary payload that a line shows. */
const maxHexBytes = 20;

/**
 * Returns a line that describes a frame of a `tap`: `<` for a received frame, `>` for a sent one, its kind, its payload, and
 * its length. Long payloads are cut. The payload is shown only with `tapPayloads: true`.
 *
 * @example
 * const socket = await connectWebSocket(duplex, url, {
 *   tap: frame => console.log(formatFrame(frame)), // < TEXT "hello" [5 bytes]
 *   tapPayloads: true,
 * });
 */
export function formatFrame(frame: TappedFrame): string {
  const { direction, opcode, fin, rsv1, payloadBytes } = frame;
  const notes = [`${payloadBytes} ${payloadBytes === 1 ? 'byte' : 'bytes'}`];
  if (rsv1) notes.push('compressed');
  if (!fin) notes.push('continued');
  const words = [direction === 'in' ? '<' : '>', opcodeName(opcode).toUpperCase(), payloadOf(frame)];
  return `${words.filter(word => word !== '').join(' ')} [${notes.join(', ')}]`;
}

function payloadOf({ opcode, rsv1, payload }: TappedFrame): string {
  if (payload === undefined || payload.length === 0) return '';
  if (typeof payload === 'string') return described(payload);
  if (opcode === Opcode.Text && !rsv1) return described(new TextDecoder().decode(payload));
  if (opcode === Opcode.Close && payload.length >= 2) {
    const reason = new TextDecoder().decode(payload.subarray(2));
    return `${payload[0]! * 256 + payload[1]!}${reason === '' ? '' : ` ${described(reason)}`}`;
  }
  const bytes = Array.from(payload.subarray(0, maxHexBytes), byte => byte.toString(16).padStart(2, '0'));
  return bytes.join(' ') + (payload.length > maxHexBytes ? ' …' : '');
}
