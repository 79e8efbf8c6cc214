// The law of what may be sent after what: one event and the progress so far in, one message part and the progress then
// out. RFC 6455 §5.4, 5.5. Lends the event's octets.

import { asBytes } from '../bytes/as-bytes.ts';
import { maxControlBytes } from '../frames/frame-header.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { encodeCloseBody } from './close-body.ts';
import type { OutgoingBinary, OutgoingEvent, OutgoingPingOrPong, OutgoingText } from './event.ts';

/** What has been accepted so far, as far as it binds what may follow. */
export type Progress =
  | { readonly type: 'between' }
  /** Inside a message; `surrogate` is the first half of a pair that the last part of a text ended with, or ''. */
  | { readonly type: 'inside'; readonly message: 'text' | 'binary'; readonly surrogate: string }
  | { readonly type: 'closed' };

type Accepted = readonly [part: OutgoingPart, progress: Progress];

/** Where a connection begins. */
export const between: Progress = { type: 'between' };
const noBytes = new Uint8Array(0);

/**
 * What an event becomes after what was accepted before it, and what may follow then.
 *
 * @throws TypeError for a wrong shape, an event behind a Close, or a part that does not continue the open message
 * @throws RangeError for a control frame beyond 125 octets or a close code that may not be sent
 */
export function acceptEvent(event: OutgoingEvent, progress: Progress): Accepted {
  if (progress.type === 'closed')
    throw new TypeError(`a Close has been written: no ${event.type} may follow`);
  switch (event.type) {
    case 'text':
      return acceptText(event, progress);
    case 'binary':
      return acceptBinary(event, progress);
    case 'ping':
    case 'pong':
      return [control(event.type, controlData(event)), progress];
    case 'close':
      return [control('close', encodeCloseBody(event.closeCode, event.reason)), { type: 'closed' }];
    default:
      throw new TypeError(`unknown type of event: ${String((event as { type: unknown }).type)}`);
  }
}

function acceptText({ data, last = true }: OutgoingText, progress: Progress): Accepted {
  if (typeof data !== 'string') throw new TypeError(`data of a text must be a string, not ${typeof data}`);
  const first = begins('text', progress);
  const whole = progress.type === 'inside' ? progress.surrogate + data : data;
  const surrogate = last ? '' : trailingHalf(whole);
  const payload = surrogate === '' ? whole : whole.slice(0, -1);
  const part: OutgoingPart = { type: 'text', compressed: false, first, last, payload };
  return [part, last ? between : { type: 'inside', message: 'text', surrogate }];
}

function acceptBinary({ data, last = true }: OutgoingBinary, progress: Progress): Accepted {
  const first = begins('binary', progress);
  const part: OutgoingPart = { type: 'binary', compressed: false, first, last, payload: asBytes(data) };
  return [part, last ? between : { type: 'inside', message: 'binary', surrogate: '' }];
}

/** Whether a part of that type begins a message, or else continues the one that is open. */
function begins(type: 'text' | 'binary', progress: Progress): boolean {
  if (progress.type !== 'inside') return true;
  if (progress.message !== type)
    throw new TypeError(`a ${progress.message} message is open: no ${type} may follow`);
  return false;
}

/** The last unit if it is the first half of a surrogate pair, else ''. */
function trailingHalf(text: string): string {
  const unit = text.charCodeAt(text.length - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? text.slice(-1) : '';
}

function controlData({ type, data }: OutgoingPingOrPong): Uint8Array {
  const octets = data === undefined ? noBytes : asBytes(data);
  if (octets.length > maxControlBytes) {
    throw new RangeError(`data of a ${type} must be at most ${maxControlBytes} octets, not ${octets.length}`);
  }
  return octets;
}

function control(type: 'ping' | 'pong' | 'close', payload: Uint8Array): OutgoingPart {
  return { type, compressed: false, first: true, last: true, payload };
}
