// Splits the bytes of one direction into headers and payloads, and collects the facts about each frame. The lengths come from the
// headers; the decoder checks whether these are valid.

import { headerFields, headerLength } from './header-fields.ts';
import type { WireFrame } from './items.ts';
import { Preview } from './preview.ts';

/** Bytes that belong together. */
export interface Slice {
  readonly kind: 'header' | 'payload';
  readonly bytes: Uint8Array;
  readonly frame: WireFrame;
}

export class FrameWalk {
  /** The frame that has begun and has not ended. */
  #frame: WireFrame | undefined;
  #frames = 0;

  /** The number of frames that have begun. */
  get frames(): number {
    return this.#frames;
  }

  /** Returns the slice that begins at this position. */
  next(bytes: Uint8Array, at: number): Slice {
    const frame = (this.#frame ??= this.#begin());
    return frame.fields === undefined ? this.#header(frame, bytes, at) : this.#payload(frame, bytes, at);
  }

  #begin(): WireFrame {
    this.#frames += 1;
    return {
      type: 'frame',
      number: this.#frames,
      header: new Uint8Array(0),
      fields: undefined,
      wirePayload: new Preview(),
      payload: new Preview(),
      receivedBytes: 0,
      complete: false,
      message: undefined,
      stop: undefined,
    };
  }

  #header(frame: WireFrame, bytes: Uint8Array, at: number): Slice {
    let header = Array.from(frame.header);
    let end = at;
    // One byte at a time, at most 14, because the second byte determines the length of the header.
    while (header.length < headerLength(header) && end < bytes.length) {
      header = [...header, bytes[end]!];
      end += 1;
    }
    frame.header = Uint8Array.from(header);
    if (header.length === headerLength(header)) {
      frame.fields = headerFields(frame.header);
      this.#endIfComplete(frame, frame.fields.payloadBytes);
    }
    return { kind: 'header', bytes: bytes.subarray(at, end), frame };
  }

  #payload(frame: WireFrame, bytes: Uint8Array, at: number): Slice {
    const { payloadBytes } = frame.fields!;
    const slice = bytes.subarray(at, at + Math.min(payloadBytes - frame.receivedBytes, bytes.length - at));
    frame.wirePayload.append(slice);
    frame.receivedBytes += slice.length;
    this.#endIfComplete(frame, payloadBytes);
    return { kind: 'payload', bytes: slice, frame };
  }

  #endIfComplete(frame: WireFrame, payloadBytes: number): void {
    if (frame.receivedBytes < payloadBytes) return;
    frame.complete = true;
    this.#frame = undefined;
  }
}
