import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocketEvent } from '../../lib/events/event.ts';
import { EventDecoder, type EventDecoderOptions } from '../../lib/events/event-decoder.ts';
import type { MessagePart, MessageType } from '../../lib/messages/message-part.ts';
import { assertRefuses, assertSpent, assertViolation, type Violation } from '../support/assert-violation.ts';
import { counted, disguises, fromHex, hex } from '../support/bytes.ts';
import { FakeInflater } from '../support/fake-codec.ts';
import { closeBody, utf8Hex } from '../support/named-frames.ts';
import { readAll, through, thrownBy } from '../support/reading.ts';
import { invalidTexts, validTexts } from '../support/texts.ts';
import { utf8 } from '../support/utf8.ts';
import * as violations from '../support/violations.ts';

const test = suite('EventDecoder');

const decoder = (options?: EventDecoderOptions) => new EventDecoder(options);
const inflating = (options?: EventDecoderOptions) =>
  new EventDecoder({ inflater: new FakeInflater(), ...options });

function part(
  type: MessageType,
  payload: string | Uint8Array,
  fields: Partial<MessagePart> = {},
): MessagePart {
  const bytes = typeof payload === 'string' ? fromHex(payload) : payload;
  const whole = { compressed: false, first: true, last: true, payload: bytes, declaredBytes: bytes.length };
  return { type, ...whole, ...fields };
}

const begin = { last: false };
const middle = { first: false, last: false };
const end = { first: false };
const compressed = { compressed: true };

/** Returns events with their bytes as hex. */
function shown(events: WebSocketEvent[]): unknown[] {
  return events.map(event => {
    if (event.type === 'close') return [event.type, event.closeCode, event.reason];
    const data = typeof event.data === 'string' ? event.data : hex(event.data);
    return 'last' in event ? [event.type, data, event.last] : [event.type, data];
  });
}

/** Returns the same bytes as parts of one message, cut at the offsets. */
function cutAt(type: 'text' | 'binary', bytes: Uint8Array, ...offsets: number[]): MessagePart[] {
  const ends = [...offsets, bytes.length];
  return ends.map((until, i) =>
    part(type, bytes.subarray(offsets[i - 1] ?? 0, until), {
      first: i === 0,
      last: i === offsets.length,
      declaredBytes: bytes.length,
    }),
  );
}

test('emits an event for each message and each control frame, in order (§5.6)', () => {
  const parts = [
    part('text', utf8Hex('Hello')),
    part('binary', 'fe00'),
    part('ping', ''),
    part('pong', '00fffefdfcfb00ff'),
    part('text', ''),
    part('binary', ''),
    part('close', closeBody(1000, 'bye')),
  ];
  assert.equal(shown(through(decoder(), ...parts)), [
    ['text', 'Hello', true],
    ['binary', 'fe00', true],
    ['ping', ''],
    ['pong', '00fffefdfcfb00ff'],
    ['text', '', true],
    ['binary', '', true],
    ['close', 1000, 'bye'],
  ]);
});

test('emits events with their fields in order', () => {
  const events = through(
    decoder(),
    part('text', ''),
    part('binary', ''),
    part('ping', ''),
    part('close', ''),
  );
  assert.equal(
    events.map(event => Object.keys(event)),
    [
      ['type', 'data', 'last'],
      ['type', 'data', 'last'],
      ['type', 'data'],
      ['type', 'closeCode', 'reason'],
    ],
  );
});

test('joins the parts of a message with control frames between them', () => {
  const parts = [
    part('text', '61', begin),
    part('ping', '70'),
    part('text', '62', middle),
    part('text', '63', end),
  ];
  assert.equal(shown(through(decoder(), ...parts)), [
    ['ping', '70'],
    ['text', 'abc', true],
  ]);
  assert.equal(shown(through(decoder({ deliver: 'parts' }), ...parts)), [
    ['text', 'a', false],
    ['ping', '70'],
    ['text', 'b', false],
    ['text', 'c', true],
  ]);
});

test('decodes valid text whole, byte by byte, and split at every offset (§8.1, Autobahn 6)', () => {
  for (const deliver of ['messages', 'parts'] as const) {
    for (const hex of validTexts) {
      const bytes = fromHex(hex);
      const expected = Buffer.from(bytes).toString();
      const cuts = Array.from({ length: bytes.length + 1 }, (_, offset) => [offset]);
      for (const offsets of [[], ...cuts, [...bytes.keys()].slice(1)]) {
        const events = through(decoder({ deliver }), ...cutAt('text', bytes, ...offsets), part('text', '7a'));
        const text = events.slice(0, -1).map(event => (event as { data: string }).data);
        assert.is(text.join(''), expected, `${hex} cut at ${offsets}`);
        assert.equal(shown(events.slice(-1)), [['text', 'z', true]]);
      }
    }
  }
});

test('rejects invalid text whole, byte by byte, and split at every offset (§8.1, Autobahn 6)', () => {
  for (const deliver of ['messages', 'parts'] as const) {
    for (const hex of invalidTexts) {
      const bytes = fromHex(hex);
      for (const offsets of [[], [bytes.length >> 1], [bytes.length], [...bytes.keys()].slice(1)]) {
        const stage = decoder({ deliver });
        const error = thrownBy(() => through(stage, ...cutAt('text', bytes, ...offsets)));
        assertViolation(error, violations.noUtf8, `${hex} cut at ${offsets}`);
        assertSpent(stage, part('text', '61'), error);
      }
    }
  }
});

test('rejects at the first invalid byte, without the rest of the frame (§8.1, Autobahn 6.4; attack 87)', () => {
  assertRefuses(decoder(), part('text', 'f490', { last: false, declaredBytes: 5 }), violations.noUtf8);
  const stage = decoder();
  assert.equal(through(stage, part('text', 'cebae1bdb9cf83cebcceb5 f4', begin)), []);
  assertRefuses(stage, part('text', '90', middle), violations.noUtf8);
});

test('rejects a part that does not continue a character (attack 85)', () => {
  const stage = decoder();
  through(stage, part('text', 'c3', begin));
  assertRefuses(stage, part('text', '61', end), violations.noUtf8);
  const cutOff = decoder();
  through(cutOff, part('text', 'c3', begin));
  assertRefuses(cutOff, part('text', '', end), violations.noUtf8);
});

test('keeps a BOM and noncharacters (attack 88)', () => {
  assert.equal(shown(through(decoder(), part('text', 'efbbbf61'))), [['text', '\ufeffa', true]]);
  assert.equal(shown(through(decoder(), part('text', 'efbb', begin), part('text', 'bf61', end))), [
    ['text', '\ufeffa', true],
  ]);
  assert.equal(shown(through(decoder(), part('text', 'efbfbe'))), [['text', '\ufffe', true]]);
});

test('accepts any bytes in binary messages, pings and pongs', () => {
  for (const hex of invalidTexts) {
    const events = through(decoder(), part('binary', hex), part('ping', hex), part('pong', hex));
    assert.equal(shown(events), [
      ['binary', hex, true],
      ['ping', hex],
      ['pong', hex],
    ]);
  }
});

test('emits pongs whose payload is the name of a property as they are (attack 48)', () => {
  for (const name of ['__proto__', 'constructor', '__defineGetter__', 'toString']) {
    const [pong] = through(decoder(), part('pong', utf8(name)));
    assert.is(Buffer.from((pong as { data: Uint8Array }).data).toString(), name);
  }
});

test('decodes bytes at any offset of a larger buffer, and those of a Buffer (attack 34)', () => {
  for (const bytes of disguises(fromHex('c3a9'))) {
    const events = through(decoder(), part('text', bytes), part('binary', bytes), part('ping', bytes));
    assert.equal(shown(events), [
      ['text', 'é', true],
      ['binary', 'c3a9', true],
      ['ping', 'c3a9'],
    ]);
  }
});

test('rejects an invalid Close body (§5.5.1, §7.4; attacks 32 and 86)', () => {
  const bodies: [body: string, violation: Violation][] = [
    ['61', violations.oneByteClose],
    [closeBody(0), violations.invalidCloseCode(0)],
    [closeBody(1005), violations.invalidCloseCode(1005)],
    [closeBody(5000), violations.invalidCloseCode(5000)],
    [closeBody(1000, Uint8Array.of(0xc3, 0x28)), violations.reasonNoUtf8],
  ];
  for (const [body, violation] of bodies) assertRefuses(decoder(), part('close', body), violation, body);
});

test('ends with a Close, even inside a message, and drops everything after it (§5.5.1; attack 45)', () => {
  const stage = decoder();
  const events = through(
    stage,
    part('text', '61', begin),
    part('close', closeBody(1000)),
    part('text', '62', end),
    part('ping', ''),
  );
  assert.equal(shown(events), [['close', 1000, '']]);
  assert.equal(through(stage, part('close', closeBody(1001)), part('text', 'ff')), []);
  stage.close();
  stage.close();
});

test('throws 1006 if the input ends without a Close (§7.1.5)', () => {
  for (const parts of [[], [part('text', '61')], [part('ping', '')]]) {
    const stage = decoder();
    through(stage, ...parts);
    const error = thrownBy(() => stage.close());
    assertViolation(error, violations.endWithoutClose);
    assertSpent(stage, part('text', '61'), error);
  }
});

test('decodes nothing before a read, and returns undefined after its last output', () => {
  const stage = decoder();
  assert.is(stage.read(), undefined);
  stage.write(part('text', 'ff'));
  assertViolation(
    thrownBy(() => readAll(stage)),
    violations.noUtf8,
  );
  const other = decoder();
  through(other, part('text', '61', begin));
  assert.is(other.read(), undefined);
  assert.is(other.read(), undefined);
});

test('copies delivered bytes, unless it owns the payloads', () => {
  for (const [type, length] of [
    ['binary', 100],
    ['binary', 5000],
    ['ping', 100],
  ] as const) {
    const borrowed = counted(length);
    const [copied] = through(decoder(), part(type, borrowed));
    borrowed.fill(0xee);
    assert.is(hex((copied as { data: Uint8Array }).data), hex(counted(length)));
    const owned = counted(length);
    const [kept] = through(decoder({ ownsInput: true }), part(type, owned));
    assert.is((kept as { data: Uint8Array }).data, owned);
  }
});

test('delivers each array in a buffer of its own with ownBuffers', () => {
  for (const options of [{ ownBuffers: true }, { ownBuffers: true, ownsInput: true }]) {
    const parts = [
      part('binary', counted(100).subarray(1)),
      part('ping', '61'),
      part('binary', '', compressed),
    ];
    for (const event of through(inflating(options), ...parts)) {
      const { data } = event as { data: Uint8Array };
      assert.is(data.buffer.byteLength, data.length);
    }
  }
});

test('delivers views of owned payloads within maxPinnedBytes, as messages and as parts', () => {
  for (const deliver of ['messages', 'parts'] as const) {
    const chunk = counted(65_536);
    const payload = chunk.subarray(100, 300);
    const stage = decoder({ ownsInput: true, maxPinnedBytes: 65_336, deliver });
    const events = through(stage, part('binary', payload), part('ping', chunk.subarray(0, 100)));
    const [view, copied] = events.map(event => (event as { data: Uint8Array }).data);
    assert.is(view, payload);
    assert.is.not(copied!.buffer, chunk.buffer, 'it would pin one byte too many');
    assert.is(hex(copied!), hex(counted(100)));
  }
});

test('copies payloads that it does not own, whatever may be pinned', () => {
  const borrowed = counted(5000);
  const [copied] = through(decoder({ maxPinnedBytes: Infinity }), part('binary', borrowed));
  borrowed.fill(0xee);
  assert.is(hex((copied as { data: Uint8Array }).data), hex(counted(5000)));
});

test('rejects an invalid maxPinnedBytes', () => {
  for (const maxPinnedBytes of [0, -1, 1.5, NaN]) {
    assert.throws(() => decoder({ maxPinnedBytes }), /maxPinnedBytes must be a positive integer/);
  }
  assert.throws(
    () => decoder({ maxPinnedBytes: '8' as never }),
    /maxPinnedBytes must be a positive integer or Infinity/,
  );
});

test('allocates the buffer of a large message by allocate, and fills it completely', () => {
  for (const type of ['binary', 'compressed'] as const) {
    for (const byteLength of [16_383, 16_384, 100_000]) {
      const asked: number[] = [];
      const given: ArrayBuffer[] = [];
      const allocate = (length: number) => {
        asked.push(length);
        given.push(new Uint8Array(length).fill(0xee).buffer);
        return given[0]!;
      };
      const whole = counted(byteLength);
      const rsv1 = type === 'compressed' ? compressed : {};
      const parts = [
        part('binary', whole.subarray(0, 10_000), { ...rsv1, last: false }),
        part('binary', whole.subarray(10_000), { ...rsv1, first: false }),
      ];
      const [event] = through(inflating({ allocate }), ...parts);
      const { data } = event as { data: Uint8Array };
      assert.equal(event, through(inflating(), ...parts)[0]);
      assert.equal(asked, byteLength < 16_384 ? [] : [byteLength]);
      if (byteLength >= 16_384) assert.is(data.buffer, given[0]);
      assert.is(data.buffer.byteLength, byteLength);
    }
  }
});

test('allocates no buffer for a message of one part up to 64 KiB or if owned, for text and for parts', () => {
  const allocate = () => assert.unreachable('a buffer was allocated') as never;
  through(decoder({ allocate }), part('binary', counted(65_536)));
  through(decoder({ allocate, ownsInput: true }), part('binary', counted(100_000)));
  const halves = [part('text', '61*20000', { last: false }), part('text', '61*20000', { first: false })];
  through(decoder({ allocate }), ...halves);
  through(decoder({ allocate, deliver: 'parts' }), part('binary', counted(100_000), { last: false }));
});

test('throws the error of allocate, or a TypeError if it returns anything but the requested buffer', () => {
  const failure = new Error('no memory');
  const failing = () => {
    throw failure;
  };
  for (const [allocate, message] of [
    [failing, 'no memory'],
    [() => new ArrayBuffer(39_999), 'allocate must return an ArrayBuffer of 40000 bytes (got 39999 bytes)'],
    [() => new ArrayBuffer(40_001), 'allocate must return an ArrayBuffer of 40000 bytes (got 40001 bytes)'],
    [() => new Uint8Array(40_000), 'allocate must return an ArrayBuffer of 40000 bytes (got an object)'],
    [() => undefined, 'allocate must return an ArrayBuffer of 40000 bytes (got undefined)'],
  ] as const) {
    const stage = decoder({ allocate: allocate as () => ArrayBuffer });
    through(stage, part('binary', counted(20_000), { last: false }));
    stage.write(part('binary', counted(20_000), { first: false }));
    const error = thrownBy(() => stage.read()) as Error;
    assert.is(error.message, message);
    assert.is(
      thrownBy(() => stage.read()),
      error,
    );
  }
});

test('rejects an allocate that is not a function', () => {
  assert.throws(() => decoder({ allocate: 4 as never }), /allocate must be a function/);
});

test('rejects a compressed message without an inflater (§5.2)', () => {
  const violation: Violation = [1002, 'RFC 6455 §5.2', 'compressed message without an extension'];
  assertRefuses(decoder(), part('text', '61', compressed), violation);
});

test('inflates a compressed message, for any cut, and then validates its text (RFC 7692 §6.2; attack 89)', () => {
  const message = fromHex('9e9d9c9b9a99989796 3c56 1d7d53');
  const inverted = message.map(byte => byte ^ 0xff);
  const expected = Buffer.from(inverted).toString();
  for (let cut = 0; cut <= message.length; cut++) {
    const parts = cutAt('text', message, cut).map(piece => ({ ...piece, compressed: true }));
    assert.equal(shown(through(inflating(), ...parts)), [['text', expected, true]], `cut at ${cut}`);
    const binaries = cutAt('binary', message, cut).map(piece => ({ ...piece, compressed: true }));
    assert.equal(
      shown(through(inflating(), ...binaries)),
      [['binary', hex(inverted), true]],
      `cut at ${cut}`,
    );
  }
});

test('passes each part to the inflater, and the end of each message', () => {
  const inflater = new FakeInflater();
  const parts = [
    part('text', '9e', { ...compressed, ...begin }),
    part('ping', '70'),
    part('text', '9d', { ...compressed, ...middle }),
    part('text', '', { ...compressed, ...end }),
    part('text', '7a'),
    part('binary', '00', compressed),
  ];
  assert.equal(shown(through(decoder({ inflater }), ...parts)), [
    ['ping', '70'],
    ['text', 'ab', true],
    ['text', 'z', true],
    ['binary', 'ff', true],
  ]);
  assert.equal(inflater.written, ['9e', '9d', '.', '00.']);
});

test('emits an empty message for an empty compressed payload (RFC 7692 §7.2.3.6)', () => {
  for (const deliver of ['messages', 'parts'] as const) {
    const parts = [part('text', '', compressed), part('binary', '', compressed)];
    assert.equal(shown(through(inflating({ deliver }), ...parts)), [
      ['text', '', true],
      ['binary', '', true],
    ]);
  }
});

test('emits the inflated pieces of a message as they come with deliver: parts, and then its end', () => {
  const stage = inflating({ deliver: 'parts' });
  assert.equal(
    shown(
      through(
        stage,
        part('binary', '0102030405', compressed),
        part('text', '9e3d', { ...compressed, ...begin }),
      ),
    ),
    [
      ['binary', 'fefdfcfb', false],
      ['binary', 'fa', false],
      ['binary', '', true],
      ['text', 'a', false],
    ],
  );
  assert.equal(shown(through(stage, part('text', '56', { ...compressed, ...end }))), [
    ['text', '©', false],
    ['text', '', true],
  ]);
});

test('copies the output of the inflater, whether it owns its input or not', () => {
  for (const options of [{}, { ownsInput: true }, { ownBuffers: true }]) {
    for (const deliver of ['messages', 'parts'] as const) {
      const events = through(
        inflating({ ...options, deliver }),
        part('binary', '0102030405060708', compressed),
      );
      const joined = events.map(event => hex((event as { data: Uint8Array }).data)).join('');
      assert.is(joined, 'fefdfcfbfaf9f8f7');
    }
  }
});

test('copies large pieces of the inflater, too', () => {
  const inflater = new FakeInflater(false, 200);
  const expected = hex(counted(400).map(byte => byte ^ 0xff));
  for (const ownsInput of [false, true]) {
    const stage = decoder({ inflater, ownsInput, deliver: 'parts' });
    const events = through(stage, part('binary', counted(400), compressed));
    assert.is(events.map(event => hex((event as { data: Uint8Array }).data)).join(''), expected);
  }
});

test('shares a buffer among arrays of medium size, unless each must have its own', () => {
  const buffers = (options?: EventDecoderOptions) =>
    through(decoder(options), part('binary', counted(100)), part('binary', counted(100))).map(
      event => (event as { data: Uint8Array }).data.buffer,
    );
  assert.is(new Set(buffers()).size, 1);
  assert.is(new Set(buffers({ ownBuffers: true })).size, 2);
});

test('inflates nothing before a read', () => {
  const inflater = new FakeInflater();
  decoder({ inflater }).write(part('text', '9e', compressed));
  assert.equal(inflater.written, []);
});

test('rejects text that is not UTF-8 after inflation (RFC 7692 §6.2)', () => {
  assertRefuses(inflating(), part('text', '9e3c9e', compressed), violations.noUtf8);
  assertRefuses(inflating(), part('text', '9e3c', compressed), violations.noUtf8);
  assertRefuses(inflating({ deliver: 'parts' }), part('text', '3c', compressed), violations.noUtf8);
});

test('throws the error of the inflater after the events before it', () => {
  const violation: Violation = [1007, 'RFC 7692 §7.2.2', 'corrupt'];
  assertRefuses(decoder({ inflater: new FakeInflater(true) }), part('binary', '01ff', compressed), violation);
  const stage = decoder({ deliver: 'parts', inflater: new FakeInflater(true) });
  stage.write(part('binary', '01020304 ff', compressed));
  assert.equal(shown([stage.read()!]), [['binary', 'fefdfcfb', false]]);
  const error = thrownBy(() => stage.read());
  assertViolation(error, violation);
  assertSpent(stage, part('text', '61'), error);
});

test('rejects an unknown value of deliver', () => {
  for (const deliver of ['part', '', null, true]) {
    const error = thrownBy(() => decoder({ deliver: deliver as never })) as Error;
    assert.instance(error, TypeError);
    assert.is(error.message, `deliver must be 'messages' or 'parts' (got ${JSON.stringify(deliver)})`);
  }
  decoder({ deliver: undefined });
});

/** Returns the result of each read() until the stage needs a part: the length of an event's data, or `'busy'`. */
function readings(stage: EventDecoder): unknown[] {
  const seen: unknown[] = [];
  for (;;) {
    const event = stage.read() as { data: string | Uint8Array } | undefined;
    if (event === undefined && !stage.busy) return seen;
    assert.ok(event === undefined || !stage.busy, 'an output and busy');
    seen.push(event?.data.length ?? 'busy');
  }
}

/** Returns the readings after each part. */
function readingsOf(stage: EventDecoder, ...parts: MessagePart[]): unknown[] {
  return parts.map(each => {
    stage.write(each);
    return readings(stage);
  });
}

const slice = 65_536;

test('works on a large part in slices of 64 KiB, four at a time', () => {
  for (const type of ['text', 'binary'] as const) {
    const large = part(type, new Uint8Array(10 * slice).fill(0x61));
    assert.equal(readingsOf(decoder(), large), [['busy', 'busy', 10 * slice]], type);
    const slices = new Array<unknown>(9).fill(slice);
    assert.equal(readingsOf(decoder({ deliver: 'parts' }), large), [[...slices, slice]], type);
    const longer = part(type, new Uint8Array(slice + 1).fill(0x61));
    assert.equal(readingsOf(decoder({ deliver: 'parts' }), longer), [[slice, 1]], type);
    assert.equal(
      readingsOf(decoder({ deliver: 'parts' }), part(type, new Uint8Array(slice))),
      [[slice]],
      type,
    );
  }
});

test('marks only the first slice of a part as the first of a message, and only the last as its last', () => {
  const bytes = new Uint8Array(slice + 1).fill(0x61);
  const parts = [part('text', bytes, begin), part('text', bytes, middle), part('text', bytes, end)];
  const events = through(decoder({ deliver: 'parts' }), ...parts) as { data: string; last: boolean }[];
  assert.equal(
    events.map(({ data, last }) => [data.length, last]),
    [
      [slice, false],
      [1, false],
      [slice, false],
      [1, false],
      [slice, false],
      [1, true],
    ],
  );
  assert.equal(readingsOf(decoder(), ...parts), [[], [], ['busy', 3 * slice + 3]]);
});

test('delivers a large owned message as it is, and owned parts, too', () => {
  const large = part('binary', counted(10 * slice));
  for (const deliver of ['messages', 'parts'] as const) {
    const [event] = through(decoder({ deliver, ownsInput: true }), large);
    assert.is((event as { data: unknown }).data, large.payload);
  }
  const [first] = through(decoder({ deliver: 'parts', ownsInput: true }), { ...large, last: false });
  assert.is((first as { data: unknown }).data, large.payload);
});

test('is busy after 256 KiB without an event, for any cut', () => {
  const of = (length: number, fields: Partial<MessagePart>) =>
    part('binary', new Uint8Array(length), { declaredBytes: 2 ** 24, ...fields });
  const full = 3 * slice + 1;
  assert.equal(readingsOf(decoder(), of(slice, begin), of(slice, middle), of(slice, middle)), [[], [], []]);
  assert.equal(readingsOf(decoder(), of(slice, begin), of(slice, middle), of(slice, middle), of(1, middle)), [
    [],
    [],
    [],
    ['busy'],
  ]);
  const small = Array.from({ length: 3000 }, (_, i) => of(100, i === 0 ? begin : middle));
  assert.equal(readingsOf(decoder(), ...small).flat(), ['busy']);
  const stage = decoder();
  assert.equal(readingsOf(stage, of(full - 1, begin), of(0, end), of(1, begin)), [[], [full - 1], []]);
});

test('joins a message of unknown length in steps of 256 KiB', () => {
  const of = (fields: Partial<MessagePart>) =>
    part('binary', counted(slice), { declaredBytes: 0, ...fields });
  const parts = [of(begin), ...Array.from({ length: 14 }, () => of(middle)), of(end)];
  const stage = decoder();
  assert.equal(readingsOf(stage, ...parts).slice(-1), [['busy', 'busy', 'busy', 16 * slice]]);
  assert.equal(readingsOf(stage, part('binary', '61')), [[1]]);
});

test('inflates 256 KiB at a time, for any pieces', () => {
  const bytes = 10 * slice;
  for (const pieceBytes of [slice, 1000, 10 * slice]) {
    for (const type of ['text', 'binary'] as const) {
      const stage = inflating({ inflater: new FakeInflater(false, pieceBytes) });
      const [readings] = readingsOf(
        stage,
        part(type, new Uint8Array(bytes).fill(0x9e), compressed),
      ) as unknown[][];
      assert.is(readings!.at(-1), bytes);
      assert.ok(readings!.length >= 3 && readings!.slice(0, -1).every(reading => reading === 'busy'));
    }
  }
});

test('is busy while its inflater is', () => {
  let rests = 3;
  const inner = new FakeInflater();
  const inflater = {
    write: (data: Uint8Array, last: boolean) => inner.write(data, last),
    read: () => (inflater.busy ? undefined : inner.read()),
    get busy() {
      return rests > 0;
    },
  };
  const stage = inflating({ inflater });
  stage.write(part('text', '9e9d', compressed));
  for (; rests > 0; rests--) {
    assert.is(stage.read(), undefined);
    assert.is(stage.busy, true);
  }
  assert.equal(shown(readAll(stage)), [['text', 'ab', true]]);
});

test('rejects a part and the end while it is busy, and loses nothing', () => {
  const stage = decoder();
  stage.write(part('binary', new Uint8Array(10 * slice)));
  assert.is(stage.read(), undefined);
  assert.throws(() => stage.write(part('ping', '')), /^write\(\) was called while the stage is busy/);
  assert.throws(() => stage.close(), /^close\(\) was called while the stage is busy/);
  assert.equal(readings(stage), ['busy', 10 * slice]);
});

test('fails in a slice as in a part, at the first invalid byte', () => {
  for (const at of [10, 3 * slice, 10 * slice - 1]) {
    const bytes = new Uint8Array(10 * slice).fill(0x61);
    bytes[at] = 0xff;
    const stage = decoder();
    stage.write(part('text', bytes));
    const error = thrownBy(() => readAll(stage));
    assertViolation(error, violations.noUtf8);
    assertSpent(stage, part('ping', ''), error);
  }
});

test.run();
