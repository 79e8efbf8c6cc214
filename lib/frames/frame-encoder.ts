// Encodes frames into bytes: RFC 6455 §5.2, 5.3.

import type { Stage } from '../base/stage.ts';
import { encodeText } from '../bytes/encode-text.ts';
import { Slab } from '../bytes/slab.ts';
import { maxHeaderBytes } from './frame-header.ts';
import type { Frame } from './frame-part.ts';
import { type FrameEncoderOptions, FrameWriter, firstByte, frameEncoderOptions } from './frame-writer.ts';

export type { FrameEncoderOptions };

/** The size from which a chunk is complete, in bytes. */
const maxChunkBytes = 65_536;

/** The size from which an unmasked payload is a chunk of its own: an additional chunk is cheaper than the copy. */
const separateBytes = 16_384;

/** The longest text that is encoded in place. For longer text, three bytes for each UTF-16 unit would reserve too much. */
const measuredUnits = 1365;

const none: readonly never[] = [];

/**
 * Encodes frames into bytes. Frames written together are output together, header and payload in one buffer. The payload of
 * a large unmasked frame is not copied: the output is a view of it, so leave it unchanged until that chunk is consumed. A
 * large masked frame is a chunk of its own. The caller's bytes are never changed.
 */
export class FrameEncoder implements Stage<Frame | readonly Frame[], Uint8Array> {
  readonly #writer: FrameWriter;
  readonly #slab = new Slab();
  #frames: readonly Frame[] = none;
  #index = 0;
  #pending: Uint8Array | undefined;

  /** @throws TypeError for a client without `randomBytes` */
  constructor(options: FrameEncoderOptions) {
    const { role, randomBytes } = frameEncoderOptions.check(options);
    this.#writer = new FrameWriter({ role, randomBytes });
  }

  write(frames: Frame | readonly Frame[]): void {
    this.#frames = Array.isArray(frames) ? frames : [frames as Frame];
    this.#index = 0;
  }

  read(): Uint8Array | undefined {
    const pending = this.#pending;
    if (pending !== undefined) {
      this.#pending = undefined;
      return pending;
    }
    if (this.#index < this.#frames.length) return this.#nextChunk();
    this.#frames = none;
    return undefined;
  }

  close(): void {}

  /** If the source of masking keys throws, no frame is output and none is lost. */
  #nextChunk(): Uint8Array {
    const next = this.#prepare(this.#frames[this.#index]!);
    const isLast = this.#index + 1 === this.#frames.length;
    if (isLast || isLarge(next)) return this.#encodeOne(next);
    return withScratch(scratch => this.#slab.copy(this.#encodeMany(next, scratch)));
  }

  #encodeOne(frame: Encodable): Uint8Array {
    const start = this.#slab.reserve(maxHeaderBytes + (frame.separate ? 0 : payloadBound(frame.payload)));
    const end = this.#encode(frame, this.#slab.memory, start);
    this.#index += 1;
    return this.#slab.commit(end);
  }

  /** Encodes small frames, up to the header of one whose payload is a separate chunk. */
  #encodeMany(first: Encodable, scratch: Uint8Array): Uint8Array {
    let index = this.#index + 1;
    let end = this.#encode(first, scratch, 0);
    while (index < this.#frames.length && end < maxChunkBytes && this.#pending === undefined) {
      const frame = this.#prepare(this.#frames[index]!);
      if (isLarge(frame) && !frame.separate) break;
      end = this.#encode(frame, scratch, end);
      index += 1;
    }
    this.#index = index;
    return scratch.subarray(0, end);
  }

  #prepare({ fin, rsv1, opcode, payload }: Frame): Encodable {
    const byte0 = firstByte(opcode, fin, rsv1);
    if (typeof payload === 'string' && payload.length <= measuredUnits)
      return { byte0, payload, separate: false };
    const isText = typeof payload === 'string';
    const bytes = isText ? encodeText(payload) : payload;
    const separate = bytes.length >= separateBytes && (isText || !this.#writer.masks);
    return { byte0, payload: bytes, separate };
  }

  /** Writes the frame at `start`, and returns the end. */
  #encode({ byte0, payload, separate }: Encodable, target: Uint8Array, start: number): number {
    if (!separate) return this.#writer.write(byte0, payload, target, start);
    const end = this.#writer.writeAround(byte0, payload as Uint8Array, target, start);
    this.#pending = payload as Uint8Array;
    return end;
  }
}

/** A frame to encode. Its payload is bytes or short text. */
interface Encodable {
  readonly byte0: number;
  readonly payload: Uint8Array | string;
  /** Whether the payload is a chunk of its own. */
  readonly separate: boolean;
}

/** Whether the payload is a separate chunk, or too large for the scratch memory. */
function isLarge({ payload }: Encodable): boolean {
  return payload.length >= separateBytes;
}

/** Returns the most bytes that the payload may have. */
function payloadBound(payload: Uint8Array | string): number {
  return typeof payload === 'string' ? 3 * payload.length : payload.length;
}

/** The size of a chunk: everything before its last frame, and that frame. */
const scratchBytes = maxChunkBytes + maxHeaderBytes + separateBytes;
let spareScratch: Uint8Array | undefined;

/** Calls `use` with memory that no other call uses at the same time, because a source of keys may encode frames itself. */
function withScratch<T>(use: (scratch: Uint8Array) => T): T {
  const scratch = spareScratch ?? new Uint8Array(scratchBytes);
  spareScratch = undefined;
  try {
    return use(scratch);
  } finally {
    spareScratch = scratch;
  }
}
