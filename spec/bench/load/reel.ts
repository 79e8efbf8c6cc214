// The frames that a load sends: made before the measurement, and repeated without end.

import { messagesOf } from '../corpora.ts';
import { deflateAll, encodeFrame } from './frames.ts';

export interface Work {
  readonly bytes: number;
  readonly type: 'text' | 'binary';
  readonly deflate: boolean;
}

/** Frames, one after the other in one buffer. */
export class Strip {
  readonly #bytes: Buffer;
  /** The start of each frame, and the end of the last. */
  readonly #edges: number[] = [0];

  constructor(frames: readonly Buffer[]) {
    this.#bytes = Buffer.concat(frames);
    for (const frame of frames) this.#edges.push(this.#edges.at(-1)! + frame.length);
  }

  get length(): number {
    return this.#edges.length - 1;
  }

  cut(start: number, end: number): Buffer {
    return this.#bytes.subarray(this.#edges[start], this.#edges[end]);
  }
}

/** With compression, `again` differs from `first`: its messages refer to those of the time before. */
export interface Reel {
  readonly first: Strip;
  readonly again: Strip;
}

export interface EchoReel extends Reel {
  /** The payload of the first message, before compression. */
  readonly sample: Buffer;
}

/** Longer than the compression window, so that no message refers to itself the time before. */
const periodBytes = 65_536;

export async function makeReel(work: Work, masked: boolean): Promise<EchoReel> {
  const messages = messagesFor(work);
  return { ...(await reelOf(messages, { ...work, masked })), sample: Buffer.from(messages[0]!) };
}

export interface ReelOptions extends Omit<Work, 'bytes'> {
  readonly masked: boolean;
}

export async function reelOf(
  messages: readonly Uint8Array[],
  { type, deflate, masked }: ReelOptions,
): Promise<Reel> {
  const opcode = type === 'text' ? 1 : 2;
  const frames = (payloads: readonly Uint8Array[]) =>
    new Strip(payloads.map(payload => encodeFrame({ opcode, payload, masked, compressed: deflate })));
  if (!deflate) return reelOfFrames(frames(messages));
  const twice = await deflateAll([...messages, ...messages]);
  return { first: frames(twice.slice(0, messages.length)), again: frames(twice.slice(messages.length)) };
}

/** Repeats frames as they are. */
export function reelOfFrames(frames: Strip): Reel {
  return { first: frames, again: frames };
}

function messagesFor({ bytes, type, deflate }: Work): Uint8Array[] {
  const count = Math.max(64, Math.ceil(periodBytes / bytes));
  if (deflate) return messagesOf('JSON feed', bytes, count * bytes);
  const message = messageOf({ bytes, type });
  return new Array(count).fill(typeof message === 'string' ? Buffer.from(message) : message);
}

/** A message without compression. */
export function messageOf({ bytes, type }: Pick<Work, 'bytes' | 'type'>): string | Uint8Array<ArrayBuffer> {
  if (type === 'binary') return new Uint8Array(bytes).map((_, i) => (i * 7) & 255);
  return 'the quick brown fox jumps over the lazy dog; '.repeat(Math.ceil(bytes / 45)).slice(0, bytes);
}

/** One side's place on a reel. */
export class ReelReader {
  readonly #reel: Reel;
  #strip: Strip;
  #at = 0;

  constructor(reel: Reel) {
    this.#reel = reel;
    this.#strip = reel.first;
  }

  /** Gives the next frames to `write`, in as few pieces as can be. */
  take(count: number, write: (frames: Buffer) => void): void {
    let left = count;
    while (left > 0) {
      const end = Math.min(this.#at + left, this.#strip.length);
      write(this.#strip.cut(this.#at, end));
      left -= end - this.#at;
      this.#at = end;
      if (end === this.#strip.length) {
        this.#strip = this.#reel.again;
        this.#at = 0;
      }
    }
  }
}
