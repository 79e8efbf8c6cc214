// A message for many: encoded once, and compressed once for each size of window. RFC 7692 §7.2.1.

import { described } from '../base/described.ts';
import { flag, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { asBytes, type ByteSource, isByteSource } from '../bytes/as-bytes.ts';
import { ByteCollector } from '../bytes/byte-collector.ts';
import type { DeflateCodec } from '../deflate/codec.ts';
import type { OutgoingPart } from '../messages/message-part.ts';

/** What compresses the messages of a connection. */
export interface Deflating {
  readonly codec: DeflateCodec;
  readonly windowBits: number;
}

/** Options of a {@link PreparedMessage}. */
export interface PreparedMessageOptions {
  /** Whether to compress it for the sockets that have agreed upon compression. Default: if that makes it shorter. */
  readonly compress?: boolean | undefined;
}

const preparedOptions = /* @__PURE__ */ new OptionTable<Settled<PreparedMessageOptions>>(
  'PreparedMessage',
  () => ({ compress: flag(true) }),
);

/**
 * A message for any number of WebSockets. It is encoded once, and compressed once for each size of window, when it first
 * meets a connection that compresses; each client masks it afresh.
 */
export class PreparedMessage {
  readonly #type: 'text' | 'binary';
  readonly #payload: Uint8Array;
  readonly #compress: boolean;
  readonly #compressed = new Map<DeflateCodec, Map<number, Uint8Array>>();

  /**
   * @param data - text, or bytes, which are copied
   * @throws TypeError for data of another kind, and for bad options, by name
   */
  constructor(data: string | ByteSource, options: PreparedMessageOptions = {}) {
    if (typeof data !== 'string' && !isByteSource(data)) {
      throw new TypeError(`data must be a string, a buffer or a view of one (got ${described(data)})`);
    }
    this.#compress = preparedOptions.check(options).compress;
    this.#type = typeof data === 'string' ? 'text' : 'binary';
    this.#payload = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(asBytes(data));
  }

  /** The number of bytes of the message itself. */
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
    const payload = this.#compress && deflating ? this.#deflated(deflating) : undefined;
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
  const bytes = new ByteCollector();
  deflater.write(payload, true);
  for (let piece = deflater.read(); piece !== undefined; piece = deflater.read()) bytes.append(piece);
  return bytes.take();
}
