// A message for many: encoded once, and compressed once for each size of window. RFC 7692 §7.2.1.

import { asBytes, type ByteSource } from '../bytes/as-bytes.ts';
import { ByteCollector } from '../bytes/byte-collector.ts';
import type { DeflateCodec } from '../deflate/codec.ts';
import type { OutgoingPart } from '../messages/message-part.ts';

/** What compresses the messages of a connection. */
export interface Deflating {
  readonly codec: DeflateCodec;
  readonly windowBits: number;
}

/**
 * A message that can be sent on any number of WebSockets. It is encoded here, and compressed where it first meets a
 * connection that compresses; each client masks it afresh.
 */
export class PreparedMessage {
  readonly #type: 'text' | 'binary';
  readonly #payload: Uint8Array;
  readonly #compressed = new Map<DeflateCodec, Map<number, Uint8Array>>();

  /** @param data - text, or octets, which are copied */
  constructor(data: string | ByteSource) {
    this.#type = typeof data === 'string' ? 'text' : 'binary';
    this.#payload = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(asBytes(data));
  }

  /** The octets of the message itself. */
  get byteLength(): number {
    return this.#payload.length;
  }

  /**
   * Returns the message for a connection with this compression; it is compressed only if that makes it shorter.
   *
   * @internal
   */
  part(deflating: Deflating | undefined): OutgoingPart {
    const whole = { type: this.#type, first: true, last: true } as const;
    const payload = deflating && this.#deflated(deflating);
    if (payload === undefined || payload.length >= this.#payload.length) {
      return { ...whole, compressed: false, payload: this.#payload };
    }
    return { ...whole, compressed: true, payload, deflated: true };
  }

  #deflated({ codec, windowBits }: Deflating): Uint8Array {
    const byWindow = this.#compressed.get(codec) ?? new Map<number, Uint8Array>();
    this.#compressed.set(codec, byWindow);
    const known = byWindow.get(windowBits);
    if (known !== undefined) return known;
    const payload = deflate(this.#payload, codec, windowBits);
    byWindow.set(windowBits, payload);
    return payload;
  }
}

/** Compresses a message that refers to none before it. */
function deflate(payload: Uint8Array, codec: DeflateCodec, windowBits: number): Uint8Array {
  const deflater = codec.createDeflater({ windowBits, contextTakeover: false });
  const octets = new ByteCollector();
  deflater.write(payload, true);
  for (let piece = deflater.read(); piece !== undefined; piece = deflater.read()) octets.append(piece);
  return octets.take();
}
