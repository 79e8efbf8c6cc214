// Frames in, bytes out: RFC 6455 §5.2, 5.3. Knows nothing of messages.

import type { Stage } from '../base/stage.ts';
import { encodeText } from '../bytes/encode-text.ts';
import { Slab } from '../bytes/slab.ts';
import { maxHeaderBytes } from './frame-header.ts';
import type { Frame } from './frame-part.ts';
import { type FrameEncoderOptions, FrameWriter, firstByte, frameEncoderOptions } from './frame-writer.ts';

export type { FrameEncoderOptions };

/** A chunk ends with the frame that brings it to this many bytes. */
const maxChunkBytes = 65_536;

/** An unmasked payload of this size goes out as it is: a chunk more is cheaper than the copy. */
const lendBytes = 16_384;

/** Longer text is encoded first: three bytes a UTF-16 unit would reserve too much. */
const measuredUnits = 1365;

const none: readonly never[] = [];

/**
 * Bytes from frames. Frames written together leave together, header and payload in one buffer; the payload of a large
 * unmasked frame is not copied: it is lent until the chunk that carries it is consumed. A large masked frame leaves alone.
 * The caller's bytes are never changed.
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

  /** Where the source of keys throws, no frame has left and none is lost. */
  #nextChunk(): Uint8Array {
    const next = this.#prepare(this.#frames[this.#index]!);
    const isLast = this.#index + 1 === this.#frames.length;
    if (isLast || isLarge(next)) return this.#encodeOne(next);
    return withScratch(scratch => this.#slab.copy(this.#encodeMany(next, scratch)));
  }

  #encodeOne(frame: Encodable): Uint8Array {
    const start = this.#slab.reserve(maxHeaderBytes + (frame.lent ? 0 : payloadBound(frame.payload)));
    const end = this.#encode(frame, this.#slab.memory, start);
    this.#index += 1;
    return this.#slab.commit(end);
  }

  /** Small frames, up to the header of one that is lent. */
  #encodeMany(first: Encodable, scratch: Uint8Array): Uint8Array {
    let index = this.#index + 1;
    let end = this.#encode(first, scratch, 0);
    while (index < this.#frames.length && end < maxChunkBytes && this.#pending === undefined) {
      const frame = this.#prepare(this.#frames[index]!);
      if (isLarge(frame) && !frame.lent) break;
      end = this.#encode(frame, scratch, end);
      index += 1;
    }
    this.#index = index;
    return scratch.subarray(0, end);
  }

  #prepare({ fin, rsv1, opcode, payload }: Frame): Encodable {
    const byte0 = firstByte(opcode, fin, rsv1);
    if (typeof payload === 'string' && payload.length <= measuredUnits)
      return { byte0, payload, lent: false };
    const ours = typeof payload === 'string';
    const bytes = ours ? encodeText(payload) : payload;
    return { byte0, payload: bytes, lent: bytes.length >= lendBytes && (ours || !this.#writer.masks) };
  }

  /** Writes the frame at `start`, and returns the end. */
  #encode({ byte0, payload, lent }: Encodable, target: Uint8Array, start: number): number {
    if (!lent) return this.#writer.write(byte0, payload, target, start);
    const end = this.#writer.writeAround(byte0, payload as Uint8Array, target, start);
    this.#pending = payload as Uint8Array;
    return end;
  }
}

/** A frame whose bytes are at hand, or short text. */
interface Encodable {
  readonly byte0: number;
  readonly payload: Uint8Array | string;
  /** Whether the payload leaves as a chunk of its own. */
  readonly lent: boolean;
}

/** Such a payload is lent, or too large for the scratch memory. */
function isLarge({ payload }: Encodable): boolean {
  return payload.length >= lendBytes;
}

/** No fewer than the bytes of the payload. */
function payloadBound(payload: Uint8Array | string): number {
  return typeof payload === 'string' ? 3 * payload.length : payload.length;
}

/** Room for a chunk: what it may have before its last frame, and that. */
const scratchBytes = maxChunkBytes + maxHeaderBytes + lendBytes;
let spareScratch: Uint8Array | undefined;

/** Runs `use` with memory that nobody else has meanwhile, though a source of keys may encode frames itself. */
function withScratch<T>(use: (scratch: Uint8Array) => T): T {
  const scratch = spareScratch ?? new Uint8Array(scratchBytes);
  spareScratch = undefined;
  try {
    return use(scratch);
  } finally {
    spareScratch = scratch;
  }
}
