// Enforces the order of outgoing events: takes an event and the current state, returns a message part and the next state.
// RFC 6455 §5.4, 5.5. Parts refer to the event's bytes without copying them.

import { described } from '../base/described.ts';
import { asBytes } from '../bytes/as-bytes.ts';
import { isHighSurrogate } from '../bytes/encode-text.ts';
import { maxControlBytes } from '../frames/frame-header.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { encodeCloseBody } from './close-body.ts';
import type { OutgoingBinary, OutgoingEvent, OutgoingPingOrPong, OutgoingText } from './event.ts';

/** The state of the sequence of events. */
export type Progress = { readonly type: 'between' } | Inside | { readonly type: 'closed' };

interface Inside {
  readonly type: 'inside';
  readonly message: 'text' | 'binary';
  readonly compressed: boolean;
  /** The high surrogate that the last part of a text ended with, or ''. */
  readonly surrogate: string;
}

/**
 * Decides whether to compress a message of this many bytes (text: UTF-16 units), or `Infinity` if the length is not known
 * yet. `choice` is the event's own.
 */
export type CompressionChoice = (byteLength: number, choice: boolean | undefined) => boolean;

type Accepted = readonly [part: OutgoingPart, progress: Progress];

/** The initial state. */
export const between: Progress = { type: 'between' };
const noBytes = new Uint8Array(0);

/**
 * Returns the message part for an event in this state, and the next state.
 *
 * @throws TypeError for an invalid shape, an event after a Close, or a part that does not continue the open message
 * @throws RangeError for control data longer than 125 bytes or an invalid close code
 */
export function acceptEvent(event: OutgoingEvent, progress: Progress, chooses: CompressionChoice): Accepted {
  if (progress.type === 'closed') throw new TypeError(`cannot send ${event.type} after a Close frame`);
  switch (event.type) {
    case 'text':
    case 'binary':
      return acceptData(event, progress, chooses);
    case 'ping':
    case 'pong':
      return [control(event.type, controlData(event)), progress];
    case 'close':
      return [control('close', encodeCloseBody(event.closeCode, event.reason)), { type: 'closed' }];
    default:
      throw new TypeError(unknownType((event as { type: unknown }).type));
  }
}

/**
 * Returns the part of a whole message, between messages.
 *
 * @throws TypeError for an invalid shape
 */
export function acceptWhole(event: OutgoingText | OutgoingBinary, chooses: CompressionChoice): OutgoingPart {
  const { type } = event;
  const payload =
    type === 'text' ? checkedText(event.data) : type === 'binary' ? asBytes(event.data) : undefined;
  if (payload === undefined) throw new TypeError(unknownType(type));
  const compressed = chooses(payload.length, event.compress);
  return { type, compressed, first: true, last: true, payload };
}

function acceptData(
  event: OutgoingText | OutgoingBinary,
  progress: { readonly type: 'between' } | Inside,
  chooses: CompressionChoice,
): Accepted {
  const { type, last = true } = event;
  const first = progress.type === 'between';
  if (!first && progress.message !== type) {
    throw new TypeError(`cannot send ${type} inside a ${progress.message} message: send its last part first`);
  }
  const [payload, surrogate] =
    event.type === 'text' ? textPayload(event, progress) : [asBytes(event.data), ''];
  const compressed = first ? chooses(last ? payload.length : Infinity, event.compress) : progress.compressed;
  const part: OutgoingPart = { type, compressed, first, last, payload };
  return [part, last ? between : { type: 'inside', message: type, compressed, surrogate }];
}

/** Returns the text after the high surrogate that was held back before, and the one to hold back at its end. */
function textPayload(
  { data, last = true }: OutgoingText,
  progress: { readonly type: 'between' } | Inside,
): readonly [payload: string, surrogate: string] {
  const text = checkedText(data);
  const whole = progress.type === 'inside' ? progress.surrogate + text : text;
  const surrogate = last ? '' : trailingHighSurrogate(whole);
  return surrogate === '' ? [whole, ''] : [whole.slice(0, -1), surrogate];
}

function checkedText(data: unknown): string {
  if (typeof data === 'string') return data;
  throw new TypeError(`data of a text must be a string (got ${described(data)})`);
}

/** Returns the last unit if it is a high surrogate, otherwise ''. */
function trailingHighSurrogate(text: string): string {
  return isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(-1) : '';
}

function controlData({ type, data }: OutgoingPingOrPong): Uint8Array {
  const bytes = data === undefined ? noBytes : asBytes(data);
  if (bytes.length > maxControlBytes) {
    throw new RangeError(`data of a ${type} must be at most ${maxControlBytes} bytes (got ${bytes.length})`);
  }
  return bytes;
}

function control(type: 'ping' | 'pong' | 'close', payload: Uint8Array): OutgoingPart {
  return { type, compressed: false, first: true, last: true, payload };
}

function unknownType(type: unknown): string {
  return `type of an event must be 'text', 'binary', 'ping', 'pong' or 'close' (got ${described(type)})`;
}
