// Lays out the boxes of one direction in four lanes. All lanes share one axis, the position in the byte stream, so a frame is below
// its bytes. Does not use the document.

import type { Item, Piece, WireChunk, WireFrame, WireMessage } from '../wire/items.ts';

export type Lane = 'bytes' | 'frames' | 'messages' | 'events';

export const lanes: readonly Lane[] = ['bytes', 'frames', 'messages', 'events'];

/** A part of a chunk's box. */
export interface Segment {
  readonly kind: Piece['kind'] | 'skipped';
  readonly x: number;
  readonly width: number;
  readonly frame: WireFrame | undefined;
}

/** Chunks or frames that arrived too fast to be drawn. */
export interface Skipped {
  readonly type: 'skipped';
  chunks: number;
  frames: number;
}

export interface Box {
  readonly lane: Lane;
  readonly item: Item | Skipped;
  readonly x: number;
  width: number;
  /** The parts of the box of a chunk; empty for other boxes. */
  readonly segments: Segment[];
}

const chunkGap = 3;
const frameGap = 2;
const pauseGap = 18;
const pauseMs = 400;
const skippedWidth = 74;
const stopWidth = 190;
/** The most pieces of a chunk that are drawn, because a chunk may hold hundreds of small frames. */
export const maxPieces = 24;

/** Returns the width of a frame's payload, which grows with the logarithm of its length. */
function payloadWidth(byteLength: number): number {
  return 62 + 11 * Math.log2(1 + byteLength);
}

/** Lays out one direction. */
export class LaneLayout {
  readonly #boxes = new Map<Item, Box>();
  #x = 0;
  #lastAt = 0;
  /** The frame of the last piece: a gap separates it from the next. */
  #lastFrame: WireFrame | undefined;

  /** The right edge of the last box. */
  get width(): number {
    return this.#x;
  }

  /**
   * Lays out a chunk.
   *
   * @returns the boxes that are new or have changed
   */
  add(chunk: WireChunk, now: number): ReadonlySet<Box> {
    const changed = new Set<Box>();
    if (this.#x > 0) this.#x += now - this.#lastAt > pauseMs ? pauseGap : chunkGap;
    this.#lastAt = now;
    const { head } = chunk.pieces[0]!;
    // A head is one box, even if it arrives in several chunks.
    const box = this.#box('bytes', head !== undefined && chunk.pieces.length === 1 ? head : chunk);
    for (const piece of chunk.pieces.slice(0, maxPieces)) this.#addPiece(piece, box, changed);
    if (chunk.pieces.length > maxPieces) this.#fold(chunk.pieces.slice(maxPieces), box, changed);
    box.width = this.#x - box.x;
    changed.add(box);
    if (chunk.stop !== undefined && !this.#boxes.has(chunk.stop)) this.#addStop(chunk, box, changed);
    return changed;
  }

  /** Adds a placeholder for chunks that are not drawn. */
  skip(chunks: readonly WireChunk[]): Box {
    this.#x += pauseGap;
    const frames = new Set(chunks.flatMap(({ pieces }) => pieces.map(piece => piece.frame)));
    frames.delete(undefined);
    const item: Skipped = { type: 'skipped', chunks: chunks.length, frames: frames.size };
    const box: Box = { lane: 'bytes', item, x: this.#x, width: skippedWidth, segments: [] };
    this.#x += skippedWidth;
    this.#lastFrame = undefined;
    return box;
  }

  /** Forgets a box that is no longer drawn. */
  forget(box: Box): void {
    if (this.#boxes.get(box.item as Item) === box) this.#boxes.delete(box.item as Item);
  }

  #addPiece(piece: Piece, chunk: Box, changed: Set<Box>): void {
    const { frame } = piece;
    if (frame !== undefined && this.#lastFrame !== undefined && frame !== this.#lastFrame)
      this.#x += frameGap;
    this.#lastFrame = frame ?? this.#lastFrame;
    const x = this.#x;
    const width = pieceWidth(piece);
    this.#x += width;
    chunk.segments.push({ kind: piece.kind, x: x - chunk.x, width, frame });
    // A header that the decoder refuses does not become a frame.
    if (frame === undefined || frame.stop?.stage === 'FrameDecoder') return;
    changed.add(this.#stretch(this.#box('frames', frame, x)));
    const { message } = frame;
    if (message === undefined) return;
    const start = this.#boxes.get(frame)!.x;
    changed.add(this.#stretch(this.#box('messages', message, start)));
    if (message.event !== undefined) changed.add(this.#stretch(this.#eventBox(message)));
  }

  /** Adds one segment for the pieces that are not drawn. */
  #fold(pieces: readonly Piece[], chunk: Box, changed: Set<Box>): void {
    this.#x += frameGap;
    chunk.segments.push({ kind: 'skipped', x: this.#x - chunk.x, width: skippedWidth, frame: undefined });
    const frames = new Set(pieces.map(piece => piece.frame)).size;
    const item: Skipped = { type: 'skipped', chunks: 0, frames };
    changed.add({ lane: 'frames', item, x: this.#x, width: skippedWidth, segments: [] });
    this.#x += skippedWidth;
    this.#lastFrame = undefined;
  }

  #addStop({ stop }: WireChunk, bytes: Box, changed: Set<Box>): void {
    const lane = {
      HeadDecoder: 'bytes',
      FrameDecoder: 'frames',
      MessageAssembler: 'messages',
      EventDecoder: 'events',
    }[stop!.stage] as Lane;
    const message = stop!.frame?.message;
    const start = (message && this.#boxes.get(message)) ?? (stop!.frame && this.#boxes.get(stop!.frame));
    const box = this.#box(lane, stop!, start?.x ?? bytes.x);
    this.#x = Math.max(this.#x, box.x + stopWidth);
    changed.add(this.#stretch(box));
  }

  #eventBox(message: WireMessage): Box {
    return this.#box('events', message.event!, this.#boxes.get(message)!.x);
  }

  #box(lane: Lane, item: Item, x: number = this.#x): Box {
    let box = this.#boxes.get(item);
    if (box === undefined) {
      box = { lane, item, x, width: 0, segments: [] };
      this.#boxes.set(item, box);
    }
    return box;
  }

  #stretch(box: Box): Box {
    box.width = this.#x - box.x;
    return box;
  }
}

function pieceWidth({ kind, byteLength, frame, head }: Piece): number {
  if (kind === 'ignored') return 30;
  if (head !== undefined) return Math.max(2, Math.min(96, byteLength));
  const payloadBytes = frame!.fields?.payloadBytes ?? 0;
  if (kind === 'header') {
    // A frame without payload needs room for its name.
    const alone = frame!.stop !== undefined || (frame!.fields !== undefined && payloadBytes === 0);
    const perByte = alone ? 96 / frame!.header.length : 2;
    return Math.max(3, byteLength * perByte);
  }
  return Math.max(3, (payloadWidth(payloadBytes) * byteLength) / payloadBytes);
}
