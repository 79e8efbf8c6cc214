// A reference implementation of RFC 6455, simple and slow: it decodes all bytes of one direction to a transcript. It can
// imitate the quirks of other implementations, to predict their results.

import type { Role } from '../../lib/base/role.ts';
import { hex } from './hex.ts';
import type { Quirk } from './quirks.ts';
import { End, Message } from './reference-message.ts';
import { ReferenceUtf8 } from './reference-utf8.ts';

/** An event of a transcript, with bytes as hex digits. */
export type TranscriptEvent =
  | readonly [type: 'text' | 'binary' | 'ping' | 'pong', data: string]
  | readonly [type: 'close', closeCode: number | undefined, reason: string];

/** All events, and the end: 0 with a Close, 1006 without one, otherwise the code of the failure. */
export interface Transcript {
  readonly events: readonly TranscriptEvent[];
  readonly end: number;
  /** Set if the inflater reported that implementations may differ from here on. */
  readonly contested?: true | undefined;
}

/** Inflates parts of messages, piece by piece. Throws errors with a `closeCode`. */
export type Inflate = (payload: Uint8Array, last: boolean) => Iterable<Uint8Array>;

export interface ReferenceRules {
  /** The role of the reader. */
  readonly role: Role;
  /** Default: no compression. */
  readonly inflate?: Inflate | undefined;
  /** Default: Infinity. */
  readonly maxMessageBytes?: number | undefined;
  /** Default: Infinity. */
  readonly maxFragments?: number | undefined;
  /** Default: none. */
  readonly quirks?: ReadonlySet<Quirk> | undefined;
}

/** The fields of the first two bytes. */
interface Start {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  readonly length7: number;
}

interface Header extends Start {
  readonly length: bigint;
  readonly key: Uint8Array | undefined;
  readonly minimal: boolean;
}

/** Returns the transcript of the bytes. */
export function referenceDecode(wire: Uint8Array, rules: ReferenceRules): Transcript {
  const reader = new Reader(wire, rules);
  try {
    for (;;) reader.readFrame();
  } catch (end) {
    const { closeCode, contested } = end as Partial<End>;
    if (closeCode === undefined) throw end;
    return contested
      ? { events: reader.events, end: closeCode, contested }
      : { events: reader.events, end: closeCode };
  }
}

class Reader {
  readonly events: TranscriptEvent[] = [];
  readonly #wire: Uint8Array;
  readonly #rules: ReferenceRules;
  #at = 0;
  #message: Message | undefined;
  /** The type of the compressed message that ended last, for a quirk. */
  #lastCompressed: 'text' | 'binary' | undefined;

  constructor(wire: Uint8Array, rules: ReferenceRules) {
    this.#wire = wire;
    this.#rules = rules;
  }

  readFrame(): void {
    const header = this.#readHeader();
    const late = this.#has('a header is validated when its frame is complete');
    if (!late) this.#checkHeader(header);
    const payload = this.#readPayload(header);
    const whole = BigInt(payload.length) === header.length;
    if (late && !whole) throw new End(1006);
    if (late) this.#checkHeader(header);
    if (header.opcode < 8) this.#readData(header, payload, whole);
    else if (whole) this.#readControl(header.opcode, payload);
    if (!whole) throw new End(1006);
  }

  #has(quirk: Quirk): boolean {
    return this.#rules.quirks?.has(quirk) ?? false;
  }

  #newMessage(type: 'text' | 'binary', compressed: boolean): Message {
    return new Message(type, compressed, this.#has('a surrogate is detected at its third byte'));
  }

  #take(count: number): Uint8Array {
    if (this.#wire.length - this.#at < count) throw new End(1006);
    this.#at += count;
    return this.#wire.subarray(this.#at - count, this.#at);
  }

  #readHeader(): Header {
    const [byte0, byte1] = this.#take(2) as unknown as [number, number];
    const length7 = byte1 & 127;
    const start = {
      fin: byte0 >= 128,
      rsv: (byte0 >> 4) & 7,
      opcode: byte0 & 15,
      masked: byte1 >= 128,
      length7,
    };
    if (this.#has('a header is validated by its first bytes')) {
      this.#checkStart(start);
      this.#checkOrder(start);
    } else if (this.#has('a header is validated before its masking key')) {
      this.#checkStart({ ...start, rsv: 0, masked: this.#rules.role === 'server' });
    } else if (this.#has('a header is validated when its frame is complete')) {
      this.#checkStart({ ...start, rsv: 0, fin: true, length7: 0 });
    }
    let length = BigInt(length7);
    if (length7 > 125) {
      length = 0n;
      for (const byte of this.#take(length7 === 126 ? 2 : 8)) length = length * 256n + BigInt(byte);
    }
    const minimal = length7 < 126 || length >= (length7 === 126 ? 126n : 65536n);
    if (this.#has('a header is validated by its first bytes')) this.#checkLength(length, minimal);
    if (this.#has('a header is validated before its masking key')) {
      this.#checkLength(length, minimal);
      this.#checkStart(start);
    }
    const key = start.masked ? this.#take(4) : undefined;
    return { ...start, length, key, minimal };
  }

  #checkHeader(header: Header): void {
    const byLength = this.#has('the length of a control frame is checked by value, not form');
    this.#checkStart(byLength ? { ...header, length7: Number(header.length) } : header);
    this.#checkLength(header.length, header.minimal);
    if (header.opcode >= 8) return;
    const empty = header.length > 0n && this.#at === this.#wire.length;
    if (empty && this.#has('the order of frames is validated with their payload')) throw new End(1006);
    this.#checkOrder(header);
    this.#begin(header);
  }

  #checkStart({ fin, rsv, opcode, masked, length7 }: Start): void {
    const begins = opcode === 1 || opcode === 2;
    const compressible = begins || this.#has('RSV1 is ignored on other frames');
    if (rsv !== 0 && !(rsv === 4 && this.#rules.inflate !== undefined && compressible)) throw new End(1002);
    if (![0, 1, 2, 8, 9, 10].includes(opcode)) throw new End(1002);
    if (masked !== (this.#rules.role === 'server')) throw new End(1002);
    if (opcode >= 8 && (!fin || length7 > 125)) throw new End(1002);
    const early = this.#has('a close body of one byte is rejected by its header');
    if (early && opcode === 8 && length7 === 1) throw new End(1002);
  }

  #checkLength(length: bigint, minimal: boolean): void {
    if (!minimal && !this.#has('lengths need not be minimal')) throw new End(1002);
    if (length >= 2n ** 31n && this.#has('a frame of 2 GiB is too large')) throw new End(1009);
    const highest = length >= 2n ** 63n && !this.#has('the highest bit of a length is part of it');
    if (highest) throw new End(this.#has('the highest bit makes a length too large') ? 1009 : 1002);
    if (length >= 2n ** 53n && !this.#has('no length is rejected as too large')) throw new End(1009);
  }

  /** Checks that a continuation frame is inside a message, and a new message outside. */
  #checkOrder({ opcode, rsv }: Start): void {
    if (opcode >= 8) return;
    const begins = opcode !== 0;
    if (!begins && this.#message === undefined && this.#lastCompressed !== undefined) {
      this.#message = this.#newMessage(this.#lastCompressed, true);
    }
    const intrudes = begins && this.#message !== undefined && (this.#message.compressed || rsv !== 0);
    if (intrudes && this.#has('a new message inside a message is inflated first')) throw new End(1002, true);
    if (begins === (this.#message !== undefined)) throw new End(1002);
  }

  #begin({ opcode, rsv, length }: Header): void {
    const { maxMessageBytes = Infinity, maxFragments = Infinity } = this.#rules;
    if (opcode !== 0) this.#message = this.#newMessage(opcode === 1 ? 'text' : 'binary', rsv !== 0);
    const message = this.#message!;
    message.declaredBytes += length;
    message.fragments += 1;
    const slack = message.compressed ? Math.ceil(maxMessageBytes / 1000) + 1024 : 0;
    if (Number(message.declaredBytes) > maxMessageBytes + slack) throw new End(1009);
    if (message.declaredBytes >= 2n ** 53n && !this.#has('no length is rejected as too large'))
      throw new End(1009);
    if (message.fragments > maxFragments) throw new End(1008);
  }

  #readPayload({ length, key }: Header): Uint8Array {
    const available = Math.min(Number(length), this.#wire.length - this.#at);
    return this.#take(available).map((byte, index) => byte ^ (key?.[index % 4] ?? 0));
  }

  #readData({ fin }: Header, payload: Uint8Array, whole: boolean): void {
    if (!whole && this.#has('data is output when its frame is complete')) return;
    const message = this.#message!;
    const last = fin && whole;
    const early = message.type === 'text' && !this.#has('UTF-8 is validated when its message is complete');
    for (const bytes of message.compressed ? this.#rules.inflate!(payload, last) : [payload]) {
      message.bytes.push(...bytes);
      if (early) message.checkText(false);
    }
    if (message.type === 'text' && last) message.checkText(true);
    if (!last) return;
    this.#message = undefined;
    if (this.#has('a continuation may follow a compressed message')) {
      this.#lastCompressed = message.compressed ? message.type : undefined;
    }
    this.events.push([message.type, message.type === 'text' ? message.utf8.text : hex(message.bytes)]);
  }

  #readControl(opcode: number, payload: Uint8Array): void {
    if (this.#message?.compressed && this.#has('a control frame ends the compression of a message')) {
      this.#message.compressed = false;
    }
    if (opcode !== 8) {
      this.events.push([opcode === 9 ? 'ping' : 'pong', hex(payload)]);
      return;
    }
    if (payload.length === 1) throw new End(1002);
    const code = payload.length === 0 ? undefined : payload[0]! * 256 + payload[1]!;
    const valid = code === undefined || isValidCode(code);
    if (!valid && !this.#has('a close reason is validated before its code')) throw new End(1002);
    if (code === 1014 && this.#has('close code 1014 is unknown')) throw new End(1002);
    const reason = new ReferenceUtf8();
    for (const byte of payload.subarray(2)) if (!reason.push(byte)) throw new End(1007);
    if (!reason.complete) throw new End(1007);
    if (!valid) throw new End(1002);
    if (this.#message !== undefined && this.#has('a Close inside a message is rejected')) throw new End(1002);
    const text = this.#has('a reason loses its BOM') ? reason.text.replace(/^\ufeff/, '') : reason.text;
    this.events.push(['close', code, text]);
    throw new End(0);
  }
}

/** Returns true for the codes that a frame may have, by RFC 6455 §7.4 and the registry. */
function isValidCode(code: number): boolean {
  const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
  return registered.includes(code) || (code >= 3000 && code < 5000);
}
