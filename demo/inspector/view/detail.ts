// The details of an item: the bits of a frame, the sizes of a message, the value of an event, the reason of a stop.

import { opcodeName } from '../wire/header-fields.ts';
import type {
  Item,
  Piece,
  Stop,
  WireChunk,
  WireEvent,
  WireFrame,
  WireHead,
  WireMessage,
} from '../wire/items.ts';
import { byteSize, element, grouped } from './element.ts';
import { frameBits } from './frame-bits.ts';
import { hexDump } from './hex.ts';

export interface Detail {
  readonly title: string;
  /** Short facts beside the title. */
  readonly facts: readonly string[];
  readonly body: readonly HTMLElement[];
}

const plural = (count: number, noun: string) => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

export function detailOf(item: Item): Detail {
  switch (item.type) {
    case 'head':
      return headDetail(item);
    case 'chunk':
      return chunkDetail(item);
    case 'frame':
      return frameDetail(item);
    case 'message':
      return messageDetail(item);
    case 'event':
      return eventDetail(item);
    case 'stop':
      return stopDetail(item);
  }
}

function headDetail({ text, byteLength, chunks }: WireHead): Detail {
  return {
    title: 'Opening handshake',
    facts: [byteSize(byteLength), plural(chunks, 'chunk')],
    body: [element('pre.source', { tabindex: 0 }, text.trimEnd())],
  };
}

function chunkDetail({ number, byteLength, bytes, pieces }: WireChunk): Detail {
  const head = pieces[0]?.head;
  if (head !== undefined && pieces.length === 1) return headDetail(head);
  const list = element(
    'ul.pieces',
    {},
    ...pieces.slice(0, 6).map(piece => element('li', {}, pieceText(piece))),
  );
  if (pieces.length > 6) list.append(element('li', {}, `and ${pieces.length - 6} more pieces`));
  return {
    title: `Chunk ${number}`,
    facts: [byteSize(byteLength), 'as the transport delivered it'],
    body: [list, hexDump(bytes, byteLength, 'Bytes')],
  };
}

function pieceText({ kind, byteLength, frame }: Piece): string {
  if (kind === 'head') return `${byteSize(byteLength)} of the opening handshake`;
  if (kind === 'ignored') return `${byteSize(byteLength)} that are ignored`;
  return `${byteSize(byteLength)} ${kind} of frame ${frame!.number}`;
}

function frameDetail(frame: WireFrame): Detail {
  const { number, fields, header, payload, wirePayload, receivedBytes } = frame;
  if (fields === undefined) {
    return {
      title: `Frame ${number}`,
      facts: ['waiting for the rest of its header'],
      body: [hexDump(header, header.length, 'Header so far')],
    };
  }
  const facts = [opcodeName(fields.opcode), byteSize(fields.payloadBytes)];
  if (receivedBytes < fields.payloadBytes) facts.push(`${byteSize(receivedBytes)} received`);
  const body: HTMLElement[] = [frameBits(fields)];
  if (fields.masked && wirePayload.total > 0) {
    body.push(hexDump(wirePayload.bytes, wirePayload.total, 'Payload on the wire, masked'));
  }
  if (payload.total > 0) {
    body.push(hexDump(payload.bytes, payload.total, fields.rsv1 ? 'Payload, compressed' : 'Payload'));
  }
  if (frame.stop !== undefined) body.unshift(stopNote(frame.stop));
  return { title: `Frame ${number}`, facts, body };
}

function messageDetail(message: WireMessage): Detail {
  const { number, kind, frames, wireBytes, plainBytes, compressed } = message;
  const body: HTMLElement[] = [sizeBars(message)];
  if (message.event !== undefined) body.push(...eventDetail(message.event).body);
  if (message.stop !== undefined) body.unshift(stopNote(message.stop));
  const facts: string[] = [kind, plural(frames, 'frame')];
  if (compressed && plainBytes > 0) facts.push(`${percent(wireBytes / plainBytes)} of its plain size`);
  return { title: `Message ${number}`, facts, body };
}

/** Returns two bars: the plain size, and the size in frames. */
function sizeBars({ wireBytes, plainBytes, compressed }: WireMessage): HTMLElement {
  const most = Math.max(wireBytes, plainBytes, 1);
  const bar = (name: string, bytes: number, shape: string) => [
    element('dt', {}, name),
    element(
      'dd',
      {},
      element(`span.bar.${shape}`, { style: `width: ${Math.max(0.5, (70 * bytes) / most)}%` }),
      element('span', {}, byteSize(bytes)),
    ),
  ];
  return element(
    'dl.sizes',
    {},
    ...bar('plain', plainBytes, 'plain'),
    ...bar(compressed ? 'compressed' : 'in frames', wireBytes, 'wire'),
  );
}

const percent = (share: number) => `${grouped(share * 100, share < 0.1 ? 1 : 0)} %`;

function eventDetail(event: WireEvent): Detail {
  const { number, message } = event;
  const body: HTMLElement[] = [element('pre.source', { tabindex: 0 }, eventCode(event))];
  if (event.bytes.length > 0) body.push(hexDump(event.bytes, message.plainBytes, 'Data'));
  return { title: `Event ${number}`, facts: ['as the application receives it'], body };
}

/** Returns the event as an object literal. */
function eventCode({ message, text, closeCode }: WireEvent): string {
  const { kind, plainBytes } = message;
  if (kind === 'close') return `{ type: 'close', closeCode: ${closeCode}, reason: ${JSON.stringify(text)} }`;
  if (kind === 'text') {
    const rest = plainBytes > text.length ? ' /* … */' : '';
    return `{ type: 'text', data: ${JSON.stringify(text)}${rest}, last: true }`;
  }
  const last = kind === 'binary' ? ', last: true' : '';
  return `{ type: '${kind}', data: Uint8Array(${plainBytes})${last} }`;
}

function stopDetail(stop: Stop): Detail {
  const body: HTMLElement[] = [stopNote(stop)];
  const fields = stop.frame?.fields;
  if (fields !== undefined) body.push(frameBits(fields));
  if (stop.frame !== undefined && stop.frame.payload.total > 0) {
    body.push(hexDump(stop.frame.payload.bytes, stop.frame.payload.total, 'Payload'));
  }
  return { title: 'Stopped', facts: [`at ${stop.stage}`], body };
}

function stopNote({ stage, error, record }: Stop): HTMLElement {
  const told = record?.sent;
  return element(
    'dl.verdict',
    {},
    element('dt', {}, 'stopped at'),
    element('dd', {}, element('code', {}, stage)),
    element('dt', {}, 'because'),
    element('dd', {}, error.message),
    element('dt', {}, 'sent to the peer'),
    element(
      'dd',
      {},
      told === undefined
        ? `${error.closeCode ?? ''} ${error.reason ?? ''}`
        : element('strong', {}, `Close ${told.closeCode ?? ''} “${told.reason}”`),
    ),
  );
}
