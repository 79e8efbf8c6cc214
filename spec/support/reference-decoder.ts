// RFC 6455 read once more, without parts, speed or bounds: octets of one direction in, what they say out.

import type { Role } from '../../lib/base/choice.ts';
import { ReferenceUtf8 } from './reference-utf8.ts';

/** What was said, with octets as hexadecimal digits. */
export type Said =
  | readonly [type: 'text' | 'binary' | 'ping' | 'pong', data: string]
  | readonly [type: 'close', closeCode: number | undefined, reason: string];

/** Everything that was said, and how it ended: 0 with a Close, 1006 without one, else the code of the failure. */
export interface Transcript {
  readonly said: readonly Said[];
  readonly end: number;
}

/** Inflates parts of messages; throws what has a `closeCode`. */
export type Inflate = (payload: Uint8Array, last: boolean) => Uint8Array;

export interface ReferenceRules {
  /** Who reads. */
  readonly role: Role;
  /** Default: compression was not agreed upon. */
  readonly inflate?: Inflate | undefined;
  /** Default: Infinity. */
  readonly maxMessageBytes?: number | undefined;
  /** Default: Infinity. */
  readonly maxFragments?: number | undefined;
}

interface Header {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly length: bigint;
  readonly key: Uint8Array | undefined;
  readonly minimal: boolean;
}

class Message {
  readonly type: 'text' | 'binary';
  readonly compressed: boolean;
  declaredBytes = 0n;
  fragments = 0;
  octets: number[] = [];
  readonly utf8: ReferenceUtf8 = new ReferenceUtf8();

  constructor(type: 'text' | 'binary', compressed: boolean) {
    this.type = type;
    this.compressed = compressed;
  }
}

/** Thrown to end the reading. */
class End {
  readonly closeCode: number;

  constructor(closeCode: number) {
    this.closeCode = closeCode;
  }
}

/** The transcript of the octets. */
export function referenceDecode(wire: Uint8Array, rules: ReferenceRules): Transcript {
  const reader = new Reader(wire, rules);
  try {
    for (;;) reader.readFrame();
  } catch (end) {
    const code = (end as Partial<End>).closeCode;
    if (code === undefined) throw end;
    return { said: reader.said, end: code };
  }
}

class Reader {
  readonly said: Said[] = [];
  readonly #wire: Uint8Array;
  readonly #rules: ReferenceRules;
  #at = 0;
  #message: Message | undefined;

  constructor(wire: Uint8Array, rules: ReferenceRules) {
    this.#wire = wire;
    this.#rules = rules;
  }

  readFrame(): void {
    const header = this.#readHeader();
    this.#checkHeader(header);
    const payload = this.#readPayload(header);
    const whole = BigInt(payload.length) === header.length;
    if (header.opcode < 8) this.#readData(header, payload, whole);
    else if (whole) this.#readControl(header.opcode, payload);
    if (!whole) throw new End(1006);
  }

  #take(count: number): Uint8Array {
    if (this.#wire.length - this.#at < count) throw new End(1006);
    this.#at += count;
    return this.#wire.subarray(this.#at - count, this.#at);
  }

  #readHeader(): Header {
    const [octet0, octet1] = this.#take(2) as unknown as [number, number];
    const length7 = octet1 & 127;
    let length = BigInt(length7);
    if (length7 > 125) {
      length = 0n;
      for (const octet of this.#take(length7 === 126 ? 2 : 8)) length = length * 256n + BigInt(octet);
    }
    const key = octet1 >= 128 ? this.#take(4) : undefined;
    const minimal = length7 < 126 || length >= (length7 === 126 ? 126n : 65536n);
    return { fin: octet0 >= 128, rsv: (octet0 >> 4) & 7, opcode: octet0 & 15, length, key, minimal };
  }

  #checkHeader({ fin, rsv, opcode, length, key, minimal }: Header): void {
    const { role, inflate, maxMessageBytes = Infinity, maxFragments = Infinity } = this.#rules;
    const control = opcode >= 8;
    const begins = opcode === 1 || opcode === 2;
    if (rsv !== 0 && !(rsv === 4 && inflate !== undefined && begins)) throw new End(1002);
    if (![0, 1, 2, 8, 9, 10].includes(opcode)) throw new End(1002);
    if ((key !== undefined) !== (role === 'server')) throw new End(1002);
    if (control && (!fin || length > 125n)) throw new End(1002);
    if (!minimal || length >= 2n ** 63n) throw new End(1002);
    if (length >= 2n ** 53n) throw new End(1009);
    if (control) return;
    if (begins === (this.#message !== undefined)) throw new End(1002);
    if (begins) this.#message = new Message(opcode === 1 ? 'text' : 'binary', rsv !== 0);
    const message = this.#message!;
    message.declaredBytes += length;
    message.fragments += 1;
    const slack = message.compressed ? Math.ceil(maxMessageBytes / 1000) + 1024 : 0;
    if (Number(message.declaredBytes) > maxMessageBytes + slack) throw new End(1009);
    if (message.declaredBytes >= 2n ** 53n) throw new End(1009);
    if (message.fragments > maxFragments) throw new End(1008);
  }

  #readPayload({ length, key }: Header): Uint8Array {
    const available = Math.min(Number(length), this.#wire.length - this.#at);
    return this.#take(available).map((octet, index) => octet ^ (key?.[index % 4] ?? 0));
  }

  #readData({ fin }: Header, payload: Uint8Array, whole: boolean): void {
    const message = this.#message!;
    const last = fin && whole;
    const octets = message.compressed ? this.#rules.inflate!(payload, last) : payload;
    if (message.type === 'binary') message.octets.push(...octets);
    else for (const octet of octets) if (!message.utf8.push(octet)) throw new End(1007);
    if (!last) return;
    if (!message.utf8.complete) throw new End(1007);
    this.#message = undefined;
    this.said.push([message.type, message.type === 'text' ? message.utf8.text : hex(message.octets)]);
  }

  #readControl(opcode: number, payload: Uint8Array): void {
    if (opcode !== 8) {
      this.said.push([opcode === 9 ? 'ping' : 'pong', hex(payload)]);
      return;
    }
    if (payload.length === 1) throw new End(1002);
    const code = payload.length === 0 ? undefined : payload[0]! * 256 + payload[1]!;
    if (code !== undefined && !mayStand(code)) throw new End(1002);
    const reason = new ReferenceUtf8();
    for (const octet of payload.subarray(2)) if (!reason.push(octet)) throw new End(1007);
    if (!reason.complete) throw new End(1007);
    this.said.push(['close', code, reason.text]);
    throw new End(0);
  }
}

/** RFC 6455 §7.4 and the registry of codes. */
function mayStand(code: number): boolean {
  const registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
  return registered.includes(code) || (code >= 3000 && code < 5000);
}

/** Octets as hexadecimal digits. */
export function hex(octets: Iterable<number>): string {
  return Array.from(octets, octet => octet.toString(16).padStart(2, '0')).join('');
}
