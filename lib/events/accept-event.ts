// The law of what may be sent after what: one event and the progress so far in, one message part and the progress then
// out. RFC 6455 §5.4, 5.5. Lends the event's bytes.

import { asBytes } from '../bytes/as-bytes.ts';
import { maxControlBytes } from '../frames/frame-header.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { encodeCloseBody } from './close-body.ts';
import type { OutgoingBinary, OutgoingEvent, OutgoingPingOrPong, OutgoingText } from './event.ts';

/** What has been accepted so far, as far as it binds what may follow. */
export type Progress = { readonly type: 'between' } | Inside | { readonly type: 'closed' };

interface Inside {
  readonly type: 'inside';
  readonly message: 'text' | 'binary';
  readonly compressed: boolean;
  /** The first half of a pair that the last part of a text ended with, or ''. */
  readonly surrogate: string;
}

/**
 * Whether a message is compressed: of so many bytes (text: UTF-16 units), `Infinity` if that is not known yet.
 * `choice` is the event's own.
 */
export type CompressionChoice = (byteLength: number, choice: boolean | undefined) => boolean;

type Accepted = readonly [part: OutgoingPart, progress: Progress];

/** Where a connection begins. */
export const between: Progress = { type: 'between' };
const noBytes = new Uint8Array(0);

/**
 * What an event becomes after what was accepted before it, and what may follow then.
 *
 * @throws TypeError for a wrong shape, an event behind a Close, or a part that does not continue the open message
 * @throws RangeError for a control frame beyond 125 bytes or a close code that may not be sent
 */
export function acceptEvent(event: OutgoingEvent, progress: Progress, chooses: CompressionChoice): Accepted {
  if (progress.type === 'closed')
    throw new TypeError(`a Close has been written: no ${event.type} may follow`);
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
      throw new TypeError(`unknown type of event: ${String((event as { type: unknown }).type)}`);
  }
}

function acceptData(
  event: OutgoingText | OutgoingBinary,
  progress: { readonly type: 'between' } | Inside,
  chooses: CompressionChoice,
): Accepted {
  const { type, last = true } = event;
  const first = progress.type === 'between';
  if (!first && progress.message !== type) {
    throw new TypeError(`a ${progress.message} message is open: no ${type} may follow`);
  }
  const [payload, surrogate] =
    event.type === 'text' ? textPayload(event, progress) : [asBytes(event.data), ''];
  const compressed = first ? chooses(last ? payload.length : Infinity, event.compress) : progress.compressed;
  const part: OutgoingPart = { type, compressed, first, last, payload };
  return [part, last ? between : { type: 'inside', message: type, compressed, surrogate }];
}

/** The text with what was held back of the last part, and what is held back of this one: half a pair. */
function textPayload(
  { data, last = true }: OutgoingText,
  progress: { readonly type: 'between' } | Inside,
): readonly [payload: string, surrogate: string] {
  if (typeof data !== 'string') throw new TypeError(`data of a text must be a string, not ${typeof data}`);
  const whole = progress.type === 'inside' ? progress.surrogate + data : data;
  const surrogate = last ? '' : trailingHalf(whole);
  return surrogate === '' ? [whole, ''] : [whole.slice(0, -1), surrogate];
}

/** The last unit if it is the first half of a surrogate pair, else ''. */
function trailingHalf(text: string): string {
  const unit = text.charCodeAt(text.length - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? text.slice(-1) : '';
}

function controlData({ type, data }: OutgoingPingOrPong): Uint8Array {
  const bytes = data === undefined ? noBytes : asBytes(data);
  if (bytes.length > maxControlBytes) {
    throw new RangeError(`data of a ${type} must be at most ${maxControlBytes} bytes, not ${bytes.length}`);
  }
  return bytes;
}

function control(type: 'ping' | 'pong' | 'close', payload: Uint8Array): OutgoingPart {
  return { type, compressed: false, first: true, last: true, payload };
}
