// A message for many sockets: encoded once, and compressed once for each window size (RFC 7692 §7.2.1).

import { described } from '../base/described.ts';
import { flag, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { asBytes, type ByteSource, isByteSource } from '../bytes/as-bytes.ts';
import { ByteCollector } from '../bytes/byte-collector.ts';
import type { DeflateCodec } from '../deflate/codec.ts';
import { FrameWriter, firstByte } from '../frames/frame-writer.ts';
import { opcodes } from '../messages/message-fragmenter.ts';
import type { OutgoingPart } from '../messages/message-part.ts';

/** The compression of a connection's outgoing messages. */
export interface Deflating {
  readonly codec: DeflateCodec;
  readonly windowBits: number;
}

type Type = 'text' | 'binary';

const server = /* @__PURE__ */ new FrameWriter({ role: 'server' });

/** The options of a {@link PreparedMessage}. */
export interface PreparedMessageOptions {
  /** Whether to compress the message for sockets with compression, if that makes it shorter. Default: true. */
  readonly compress?: boolean | undefined;
}

const preparedOptions = /* @__PURE__ */ new OptionTable<Settled<PreparedMessageOptions>>(
  'PreparedMessage',
  () => ({ compress: flag(true) }),
);

/**
 * A message for any number of WebSockets. It is encoded once, and compressed once for each window size, when it is first sent
 * on a connection that compresses. Each client masks its own copy.
 */
export class PreparedMessage {
  readonly #plain: OutgoingPart;
  readonly #compress: boolean;
  readonly #deflated = new Map<DeflateCodec, OutgoingPart[]>();

  /**
   * @param data - text, or bytes, which are copied
   * @throws TypeError for data of another type and for invalid options
   */
  constructor(data: string | ByteSource, options: PreparedMessageOptions = {}) {
    if (typeof data !== 'string' && !isByteSource(data)) {
      throw new TypeError(`data must be a string, a buffer or a view of one (got ${described(data)})`);
    }
    this.#compress = preparedOptions.check(options).compress;
    this.#plain =
      typeof data === 'string'
        ? wholePart('text', new TextEncoder().encode(data))
        : wholePart('binary', asBytes(data));
  }

  /** The length of the uncompressed message in bytes. */
  get byteLength(): number {
    return this.#plain.payload.length;
  }

  /**
   * Returns the message for a connection with this compression. It is compressed only if that makes it shorter.
   *
   * @internal
   */
  part(deflating: Deflating | undefined): OutgoingPart {
    if (deflating === undefined || !this.#compress) return this.#plain;
    const { codec, windowBits } = deflating;
    let byWindow = this.#deflated.get(codec);
    if (byWindow === undefined) this.#deflated.set(codec, (byWindow = []));
    byWindow[windowBits] ??= this.#deflate(deflating);
    return byWindow[windowBits];
  }

  #deflate({ codec, windowBits }: Deflating): OutgoingPart {
    const { type, payload } = this.#plain;
    const deflated = deflate(payload as Uint8Array, codec, windowBits);
    return deflated.length < payload.length ? wholePart(type as Type, deflated, true) : this.#plain;
  }
}

/** Returns the message as one part, with a frame that holds a copy of the payload. */
function wholePart(type: Type, bytes: Uint8Array, deflated = false): OutgoingPart {
  const frame = new Uint8Array(server.headerBytes(bytes.length) + bytes.length);
  server.write(firstByte(opcodes[type], true, deflated), bytes, frame, 0);
  const payload = frame.subarray(frame.length - bytes.length);
  const whole = { type, first: true, last: true, compressed: deflated, payload, frame } as const;
  return deflated ? { ...whole, deflated } : whole;
}

/** Compresses the message without references to earlier messages. */
function deflate(payload: Uint8Array, codec: DeflateCodec, windowBits: number): Uint8Array {
  const deflater = codec.createDeflater({ windowBits, contextTakeover: false });
  const bytes = new ByteCollector();
  deflater.write(payload, true);
  for (let piece = deflater.read(); piece !== undefined; piece = deflater.read()) bytes.append(piece);
  return bytes.take();
}
