// Frames in, octets out: RFC 6455 §5.2, 5.3. Knows nothing of messages.

import { type Role, roleRule } from '../base/choice.ts';
import { callable, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { Stage } from '../base/stage.ts';
import { encodeText, writeText } from '../bytes/encode-text.ts';
import { mask } from '../bytes/mask.ts';
import { Slab } from '../bytes/slab.ts';
import { maxHeaderBytes } from './frame-header.ts';
import type { Frame } from './frame-part.ts';
import { MaskingKeys, type RandomBytes } from './masking-keys.ts';

export interface FrameEncoderOptions {
  /** Our role: a client masks every frame, a server none. */
  readonly role: Role;
  /** Where a client's masking keys come from (RFC 6455 §5.3: unpredictable, fresh for every frame). */
  readonly randomBytes?: RandomBytes | undefined;
}

export const frameEncoderOptions: OptionTable<Settled<FrameEncoderOptions, 'randomBytes'>> =
  /* @__PURE__ */ new OptionTable('FrameEncoder', () => ({
    role: roleRule,
    randomBytes: callable(),
  }));

/** A chunk ends with the frame that brings it to this many octets. */
const maxChunkBytes = 65_536;

/** An unmasked payload of this size goes out as it is: a chunk more is cheaper than the copy. */
const lendBytes = 16_384;

/** Longer text is encoded first: three octets a UTF-16 unit would reserve too much. */
const measuredUnits = 1365;

const none: readonly never[] = [];

/**
 * Octets from frames. Frames written together leave together, header and payload in one buffer; the payload of a large
 * unmasked frame is not copied: it is lent until the chunk that carries it is consumed. A large masked frame leaves alone.
 * The caller's octets are never changed.
 */
export class FrameEncoder implements Stage<Frame | readonly Frame[], Uint8Array> {
  readonly #keys: MaskingKeys | undefined;
  readonly #slab = new Slab();
  #frames: readonly Frame[] = none;
  #index = 0;
  #pending: Uint8Array | undefined;

  /** @throws TypeError for a client without `randomBytes` */
  constructor(options: FrameEncoderOptions) {
    const { role, randomBytes } = frameEncoderOptions.check(options);
    if (role === 'server') return;
    if (randomBytes === undefined) {
      throw new TypeError('randomBytes must be a function: a client masks its frames');
    }
    this.#keys = new MaskingKeys(randomBytes);
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
    const end = this.#encode(frame, this.#slab.octets, start);
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
    const octet0 = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode;
    if (typeof payload === 'string' && payload.length <= measuredUnits)
      return { octet0, payload, lent: false };
    const ours = typeof payload === 'string';
    const octets = ours ? encodeText(payload) : payload;
    return {
      octet0,
      payload: octets,
      lent: octets.length >= lendBytes && (ours || this.#keys === undefined),
    };
  }

  /** Writes the frame at `start`, and gives the end. */
  #encode({ octet0, payload, lent }: Encodable, target: Uint8Array, start: number): number {
    if (typeof payload === 'string') return this.#encodeText(octet0, payload, target, start);
    const begin = start + this.#headerBytes(payload.length);
    const key = this.#writeHeader(target, start, begin, octet0, payload.length);
    if (lent) {
      if (key !== undefined) mask(payload, key);
      this.#pending = payload;
      return begin;
    }
    target.set(payload, begin);
    if (key !== undefined) mask(target, key, begin, begin + payload.length);
    return begin + payload.length;
  }

  /** Text goes behind a header of the length that fits ASCII, and is moved where it took more octets. */
  #encodeText(octet0: number, text: string, target: Uint8Array, start: number): number {
    const guess = start + this.#headerBytes(text.length);
    const written = writeText(text, target, guess) - guess;
    const begin = start + this.#headerBytes(written);
    if (begin !== guess) target.copyWithin(begin, guess, guess + written);
    const key = this.#writeHeader(target, start, begin, octet0, written);
    if (key !== undefined) mask(target, key, begin, begin + written);
    return begin + written;
  }

  #headerBytes(payloadBytes: number): number {
    return lengthEnd(payloadBytes) + (this.#keys === undefined ? 0 : 4);
  }

  /** Fills the octets from `start` to `begin`, and gives the masking key of a client. */
  #writeHeader(
    target: Uint8Array,
    start: number,
    begin: number,
    octet0: number,
    payloadBytes: number,
  ): number | undefined {
    const masked = this.#keys !== undefined;
    target[start] = octet0;
    target[start + 1] =
      (masked ? 0x80 : 0) | (payloadBytes < 126 ? payloadBytes : payloadBytes < 65_536 ? 126 : 127);
    const end = start + lengthEnd(payloadBytes);
    for (let i = end - 1, rest = payloadBytes; i > start + 1; i--) {
      target[i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    if (!masked) return undefined;
    const key = this.#keys.next();
    for (let i = 0; i < 4; i++) target[begin - 4 + i] = key >>> (8 * i);
    return key;
  }
}

/** A frame whose octets are at hand, or short text. */
interface Encodable {
  readonly octet0: number;
  readonly payload: Uint8Array | string;
  /** Whether the payload leaves as a chunk of its own. */
  readonly lent: boolean;
}

/** Such a payload is lent, or too large for the scratch memory. */
function isLarge({ payload }: Encodable): boolean {
  return payload.length >= lendBytes;
}

/** No fewer than the octets of the payload. */
function payloadBound(payload: Uint8Array | string): number {
  return typeof payload === 'string' ? 3 * payload.length : payload.length;
}

/** Where the length ends in a header, in octets from its beginning. */
function lengthEnd(payloadBytes: number): number {
  return payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10;
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
