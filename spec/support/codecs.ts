// node:zlib and pako behind the codec interface: what a user would write, and what our own codec is compared with.

import zlib from 'node:zlib';
import { Deflate, Inflate } from 'pako';
import { CloseCode } from '../../lib/base/close-code.ts';
import { violation } from '../../lib/base/websocket-error.ts';
import type {
  DeflateCodec,
  DeflaterOptions,
  InflaterOptions,
  MessageDeflater,
  MessageInflater,
} from '../../lib/deflate/codec.ts';

const tail = Uint8Array.of(0x00, 0x00, 0xff, 0xff);
const corrupt = () =>
  violation(CloseCode.InvalidFramePayloadData, 'RFC 7692 §7.2.2', 'corrupt compressed data');
const tooBig = () => violation(CloseCode.MessageTooBig, 'RFC 6455 §10.4', 'message too big');

/** Octets in, octets out, the message whole: what both adapters are made of. */
abstract class WholeMessages {
  #parts: Uint8Array[] = [];
  #result: Uint8Array | undefined;

  write(data: Uint8Array, last: boolean): void {
    this.#parts.push(data.slice());
    if (!last) return;
    const message = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#result = this.transform(message);
  }

  read(): Uint8Array | undefined {
    const result = this.#result;
    this.#result = undefined;
    return result?.length === 0 ? undefined : result;
  }

  protected abstract transform(message: Uint8Array): Uint8Array;
}

/** Keeps the last 32 KiB and hands them to zlib as a dictionary. */
class ZlibDeflater extends WholeMessages implements MessageDeflater {
  readonly #options: DeflaterOptions;
  #dictionary: Uint8Array = new Uint8Array(0);

  constructor(options: DeflaterOptions) {
    super();
    this.#options = options;
  }

  reset(): void {
    this.#dictionary = new Uint8Array(0);
  }

  protected transform(message: Uint8Array): Uint8Array {
    const flushed = zlib.deflateRawSync(message, {
      windowBits: this.#options.windowBits,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
      ...(this.#dictionary.length > 0 && { dictionary: this.#dictionary }),
    });
    if (this.#options.contextTakeover) {
      this.#dictionary = Buffer.concat([this.#dictionary, message]).subarray(
        -(2 ** this.#options.windowBits),
      );
    }
    return flushed.length === 0 ? Uint8Array.of(0) : flushed.subarray(0, -4);
  }
}

class ZlibInflater extends WholeMessages implements MessageInflater {
  readonly #options: InflaterOptions;
  #dictionary: Uint8Array = new Uint8Array(0);

  constructor(options: InflaterOptions) {
    super();
    this.#options = options;
  }

  protected transform(payload: Uint8Array): Uint8Array {
    try {
      const message = zlib.inflateRawSync(Buffer.concat([payload, tail]), {
        finishFlush: zlib.constants.Z_SYNC_FLUSH,
        ...(this.#options.maxMessageBytes < Infinity && { maxOutputLength: this.#options.maxMessageBytes }),
        ...(this.#dictionary.length > 0 && { dictionary: this.#dictionary }),
      });
      if (this.#options.contextTakeover) {
        this.#dictionary = Buffer.concat([this.#dictionary, message]).subarray(-32768);
      }
      return message;
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooBig() : corrupt();
    }
  }
}

/** node:zlib, used synchronously. */
export const zlibCodec: DeflateCodec = {
  minWindowBits: 9,
  deflaterBytes: windowBits => 2 ** windowBits,
  inflaterBytes: windowBits => 2 ** windowBits,
  createDeflater: options => new ZlibDeflater(options),
  createInflater: options => new ZlibInflater(options),
};

class PakoDeflater extends WholeMessages implements MessageDeflater {
  readonly #options: DeflaterOptions;
  #deflate: Deflate;
  #chunks: Uint8Array[] = [];

  constructor(options: DeflaterOptions) {
    super();
    this.#options = options;
    this.#deflate = this.#create();
  }

  reset(): void {
    this.#deflate = this.#create();
  }

  protected transform(message: Uint8Array): Uint8Array {
    this.#chunks = [];
    this.#deflate.push(message, 2);
    const flushed = Buffer.concat(this.#chunks);
    if (!this.#options.contextTakeover) this.reset();
    return flushed.length === 0 ? Uint8Array.of(0) : flushed.subarray(0, -4);
  }

  #create(): Deflate {
    const deflate = new Deflate({ raw: true, windowBits: this.#options.windowBits });
    deflate.onData = chunk => this.#chunks.push(chunk.slice());
    return deflate;
  }
}

class PakoInflater extends WholeMessages implements MessageInflater {
  readonly #options: InflaterOptions;
  #inflate: Inflate;
  #chunks: Uint8Array[] = [];
  #produced = 0;

  constructor(options: InflaterOptions) {
    super();
    this.#options = options;
    this.#inflate = this.#create();
  }

  protected transform(payload: Uint8Array): Uint8Array {
    this.#chunks = [];
    this.#produced = 0;
    if (!this.#inflate.push(Buffer.concat([payload, tail]), 2)) throw corrupt();
    if (!this.#options.contextTakeover) this.#inflate = this.#create();
    return Buffer.concat(this.#chunks);
  }

  #create(): Inflate {
    const inflate = new Inflate({ raw: true, windowBits: 15 });
    inflate.onData = chunk => {
      this.#produced += chunk.length;
      if (this.#produced > this.#options.maxMessageBytes) throw tooBig();
      this.#chunks.push((chunk as Uint8Array).slice());
    };
    return inflate;
  }
}

/** pako: zlib in JavaScript. */
export const pakoCodec: DeflateCodec = {
  minWindowBits: 9,
  deflaterBytes: windowBits => 2 ** (windowBits + 2) + 2 ** 17,
  inflaterBytes: windowBits => 2 ** windowBits,
  createDeflater: options => new PakoDeflater(options),
  createInflater: options => new PakoInflater(options),
};
