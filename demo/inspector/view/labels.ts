// The labels of boxes: a short one on the box, and a long one for screen readers and tooltips.

import { opcodeName } from '../wire/header-fields.ts';
import type { Item, WireEvent, WireFrame, WireMessage } from '../wire/items.ts';
import { byteSize, grouped } from './element.ts';
import type { Skipped } from './lane-layout.ts';

/** The longest text of an event on its box. */
const maxShortText = 60;

export interface Label {
  /** A few characters on the box. */
  readonly short: string;
  /** A phrase for screen readers and tooltips, which holds the short one: WCAG 2.5.3. */
  readonly long: string;
}

export function labelOf(item: Item | Skipped): Label {
  switch (item.type) {
    case 'chunk':
      return same(`${byteSize(item.byteLength)}`, `Chunk ${item.number}: ${byteSize(item.byteLength)}`);
    case 'head':
      return same('HTTP', `HTTP head of the opening handshake, ${byteSize(item.byteLength)}`);
    case 'frame':
      return frameLabel(item);
    case 'message':
      return messageLabel(item);
    case 'event':
      return { short: eventShort(item), long: `Event ${item.number}: ${eventShort(item)}` };
    case 'stop': {
      const short = `${item.error.closeCode ?? ''} ${item.error.reason ?? item.error.message}`;
      return { short, long: `Stopped at ${item.stage}: ${short}` };
    }
    case 'skipped':
      return skippedLabel(item);
  }
}

function same(short: string, long: string): Label {
  return { short, long };
}

function frameLabel({ number, fields, header, complete }: WireFrame): Label {
  if (fields === undefined) return same('…', `Frame ${number}: ${header.length} bytes of its header`);
  const name = opcodeName(fields.opcode);
  const short = `${name === 'continuation' ? 'cont' : name} ${byteSize(fields.payloadBytes)}`;
  const parts = [
    `Frame ${number}: ${short}`,
    fields.fin ? 'final' : 'more follow',
    fields.rsv1 && 'compressed',
    fields.masked && 'masked',
    !complete && 'incomplete',
  ];
  return { short, long: parts.filter(part => part !== false).join(', ') };
}

function messageLabel({
  number,
  kind,
  compressed,
  frames,
  wireBytes,
  plainBytes,
  complete,
}: WireMessage): Label {
  const sizes = compressed ? `${byteSize(plainBytes)} in ${byteSize(wireBytes)}` : byteSize(plainBytes);
  const short = `${kind} ${sizes}`;
  const count = frames === 1 ? '1 frame' : `${grouped(frames)} frames`;
  return { short, long: `Message ${number}: ${short}, ${count}${complete ? '' : ', incomplete'}` };
}

function eventShort({ message, text, bytes, closeCode }: WireEvent): string {
  switch (message.kind) {
    case 'text':
      return text.length > maxShortText ? `“${text.slice(0, maxShortText)}…”` : `“${text}”`;
    case 'binary':
      return `Uint8Array(${grouped(message.plainBytes)})`;
    case 'close':
      return `close ${closeCode ?? ''} ${text}`.trim();
    default:
      return bytes.length === 0 ? message.kind : `${message.kind} ${byteSize(bytes.length)}`;
  }
}

function skippedLabel({ chunks, frames }: Skipped): Label {
  const frameCount = `${grouped(frames)} ${frames === 1 ? 'frame' : 'frames'}`;
  if (chunks === 0) return same(`+${grouped(frames)}`, `${frameCount} not drawn`);
  return same(`+${grouped(chunks)}`, `${grouped(chunks)} chunks with ${frameCount}, too fast to draw`);
}
