import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StringCollector } from '../../lib/bytes/utf8-decoder.ts';
import { DeliveredMemory, PartDelivery, type Piece, WholeDelivery } from '../../lib/events/delivery.ts';
import type { BinaryMessage, TextMessage } from '../../lib/events/event.ts';
import { assertViolation } from '../support/assert-violation.ts';
import { counted, fromHex, hex } from '../support/bytes.ts';
import { heldBytes } from '../support/memory.ts';
import { thrownBy } from '../support/reading.ts';
import { invalidTexts, validTexts } from '../support/texts.ts';
import * as violations from '../support/violations.ts';

const test = suite('Delivery');

const whole = (memory = new DeliveredMemory(false)) => new WholeDelivery(memory);
const inParts = (memory = new DeliveredMemory(false)) => new PartDelivery(memory);

function piece(type: 'text' | 'binary', bytes: Uint8Array, first = true, last = true): Piece {
  return { type, bytes, first, last, expectedBytes: bytes.length };
}

/** Returns an event with its bytes as hex. */
function shown(event: TextMessage | BinaryMessage | undefined): unknown {
  return event && [event.type, typeof event.data === 'string' ? event.data : hex(event.data), event.last];
}

/** Returns the events of a message that is cut in two. */
function cutInTwo(
  delivery: WholeDelivery | PartDelivery,
  type: 'text' | 'binary',
  bytes: Uint8Array,
  cut: number,
) {
  const parts = [
    piece(type, bytes.subarray(0, cut), true, false),
    piece(type, bytes.subarray(cut), false, true),
  ];
  return parts.map(part => delivery.deliver(part)).filter(event => event !== undefined);
}

test('delivers a whole message as one event, with its fields in order', () => {
  for (const delivery of [whole(), inParts()]) {
    assert.equal(shown(delivery.deliver(piece('text', fromHex('c3a9')))), ['text', 'é', true]);
    assert.equal(shown(delivery.deliver(piece('binary', fromHex('c3a9')))), ['binary', 'c3a9', true]);
    assert.equal(shown(delivery.deliver(piece('text', fromHex('')))), ['text', '', true]);
    assert.equal(shown(delivery.deliver(piece('binary', fromHex('')))), ['binary', '', true]);
    for (const type of ['text', 'binary'] as const) {
      assert.equal(Object.keys(delivery.deliver(piece(type, fromHex('61')))!), ['type', 'data', 'last']);
    }
  }
});

test('WholeDelivery joins the parts of a message, for any cut', () => {
  const delivery = whole();
  for (const text of validTexts) {
    const bytes = fromHex(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const expected = Buffer.from(bytes).toString();
      assert.equal(cutInTwo(delivery, 'text', bytes, cut).map(shown), [['text', expected, true]], text);
      assert.equal(cutInTwo(delivery, 'binary', bytes, cut).map(shown), [['binary', hex(bytes), true]], text);
    }
  }
});

test('PartDelivery delivers the data that each part completes, and an empty event if the last part completes none', () => {
  const delivery = inParts();
  const events = [
    piece('text', fromHex('61c3'), true, false),
    piece('text', fromHex(''), false, false),
    piece('text', fromHex('a9'), false, false),
    piece('text', fromHex(''), false, true),
  ].map(part => shown(delivery.deliver(part)));
  assert.equal(events, [['text', 'a', false], undefined, ['text', 'é', false], ['text', '', true]]);
  const chunks = [
    piece('binary', fromHex(''), true, false),
    piece('binary', fromHex('01'), false, false),
    piece('binary', fromHex(''), false, false),
    piece('binary', fromHex(''), false, true),
  ].map(part => shown(delivery.deliver(part)));
  assert.equal(chunks, [undefined, ['binary', '01', false], undefined, ['binary', '', true]]);
  assert.is(delivery.deliver(piece('text', fromHex('c3'), true, false)), undefined);
});

test('PartDelivery delivers the same text in total, for any cut', () => {
  const delivery = inParts();
  for (const text of validTexts) {
    const bytes = fromHex(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const events = cutInTwo(delivery, 'text', bytes, cut);
      assert.is(events.map(event => event.data).join(''), Buffer.from(bytes).toString(), text);
      assert.is(events.at(-1)!.last, true);
    }
  }
});

test('rejects text that is not UTF-8, whole and for any cut (§8.1)', () => {
  for (const make of [whole, inParts]) {
    for (const text of invalidTexts) {
      const bytes = fromHex(text);
      assertViolation(
        thrownBy(() => make().deliver(piece('text', bytes))),
        violations.noUtf8,
        text,
      );
      for (let cut = 0; cut <= bytes.length; cut++) {
        assertViolation(
          thrownBy(() => cutInTwo(make(), 'text', bytes, cut)),
          violations.noUtf8,
          `${text} cut at ${cut}`,
        );
      }
    }
  }
});

test('accepts any bytes in a binary message', () => {
  for (const text of invalidTexts) {
    assert.equal(shown(whole().deliver(piece('binary', fromHex(text)))), [
      'binary',
      text.replaceAll(' ', ''),
      true,
    ]);
  }
});

test('delivers joined bytes in a buffer of their own', () => {
  for (const length of [0, 1, 100, 5000]) {
    const [event] = cutInTwo(whole(), 'binary', counted(length), length >> 1);
    assert.is((event!.data as Uint8Array).buffer.byteLength, length);
  }
});

test('joins a message of known length without another copy', () => {
  const { slice } = Uint8Array.prototype;
  Uint8Array.prototype.slice = () => assert.unreachable('copied again') as never;
  try {
    const delivery = whole();
    for (let i = 0; i < 10; i++) {
      const event = delivery.deliver({
        type: 'binary',
        bytes: counted(100),
        first: i === 0,
        last: i === 9,
        expectedBytes: 1000,
      });
      assert.is(event?.data.length, i === 9 ? 1000 : undefined);
    }
  } finally {
    Uint8Array.prototype.slice = slice;
  }
});

test('holds at most twice the bytes of a message in parts of one byte (attack 11)', () => {
  const parts = 2 ** 20;
  for (const type of ['text', 'binary'] as const) {
    const byte = fromHex('61');
    const held = heldBytes(() => {
      const delivery = whole();
      for (let i = 0; i < parts; i++) {
        delivery.deliver({ type, bytes: byte, first: i === 0, last: false, expectedBytes: i + 1 });
      }
      return delivery;
    });
    assert.ok(held <= 2 * parts + 50_000, `${type}: ${held} bytes for ${parts}`);
  }
});

test('DeliveredMemory copies input that it does not own', () => {
  for (const maxPinnedBytes of [undefined, 0, 100, Infinity]) {
    for (const length of [0, 1, 64, 65, 4096, 5000]) {
      const bytes = counted(length);
      const delivered = new DeliveredMemory(false, maxPinnedBytes).own(bytes);
      bytes.fill(0xee);
      assert.is(hex(delivered), hex(counted(length)), String(length));
    }
  }
});

test('DeliveredMemory keeps owned input unless that pins more than the limit (attack 55)', () => {
  for (const [maxPinnedBytes, length, buffer, kept] of [
    [undefined, 65, 65, true],
    [undefined, 65, 130, true],
    [undefined, 65, 131, false],
    [undefined, 8192, 16_384, true],
    [undefined, 8192, 16_385, false],
    [undefined, 100_000, 108_192, true],
    [undefined, 100_000, 108_193, false],
    [0, 65, 65, true],
    [0, 65, 66, false],
    [100, 5000, 5100, true],
    [100, 5000, 5101, false],
    [100, 200, 301, false],
    [8192, 65, 65 + 8192, true],
    [8192, 65, 65 + 8193, false],
    [100_000, 65, 100_065, true],
    [Infinity, 65, 2 ** 20, true],
  ] as const) {
    const memory = new DeliveredMemory(true, maxPinnedBytes);
    const bytes = new Uint8Array(buffer).subarray(1 % (buffer - length + 1)).subarray(0, length);
    const delivered = memory.own(bytes);
    assert.is(delivered === bytes, kept, `${length} of ${buffer}`);
    assert.is(delivered.length, length);
    assert.ok(delivered.buffer.byteLength - length <= (maxPinnedBytes ?? 8192));
  }
});

test('DeliveredMemory copies subclasses, and views of shared memory', () => {
  const memory = new DeliveredMemory(true, Infinity);
  const shared = new Uint8Array(new SharedArrayBuffer(100)).fill(7);
  const buffer = Buffer.alloc(100, 7);
  for (const bytes of [shared, buffer] as Uint8Array[]) {
    const delivered = memory.own(bytes);
    assert.is(delivered.constructor, Uint8Array);
    assert.instance(delivered.buffer, ArrayBuffer);
    assert.is(hex(delivered), '07'.repeat(100));
  }
});

test('DeliveredMemory.isolate() returns bytes in a buffer of their own', () => {
  for (const ownsInput of [false, true]) {
    const memory = new DeliveredMemory(ownsInput);
    for (const length of [0, 64, 65, 125]) {
      const delivered = memory.isolate(counted(1000).subarray(1, 1 + length));
      assert.is(delivered.buffer.byteLength, length);
      assert.is(hex(delivered), hex(counted(1000).subarray(1, 1 + length)));
    }
  }
  const owned = counted(100);
  assert.is(new DeliveredMemory(true).isolate(owned), owned);
  assert.is(new DeliveredMemory(true).isolate(owned.subarray(1)).buffer.byteLength, 99);
});

test('DeliveredMemory copies small arrays, also owned ones, because a copy costs less than a look at their buffer', () => {
  for (const maxPinnedBytes of [undefined, Infinity]) {
    const memory = new DeliveredMemory(true, maxPinnedBytes);
    for (const length of [0, 1, 64]) {
      const bytes = counted(length);
      assert.is.not(memory.own(bytes), bytes);
      assert.is(hex(memory.own(bytes)), hex(bytes));
      assert.is(memory.own(bytes).buffer.byteLength, length);
    }
  }
});

test('DeliveredMemory delivers every array in a buffer of its own if nothing else may be pinned', () => {
  for (const ownsInput of [false, true]) {
    const memory = new DeliveredMemory(ownsInput, 0);
    for (const length of [0, 1, 64, 65, 4096, 5000]) {
      for (const bytes of [counted(length), counted(length + 1).subarray(0, length)]) {
        const delivered = memory.own(bytes);
        assert.is(delivered.buffer.byteLength, length);
        assert.is(hex(delivered), hex(counted(length)));
      }
    }
  }
});

test('DeliveredMemory shares a buffer among arrays of medium size if that may be pinned', () => {
  for (const [maxPinnedBytes, shared] of [
    [undefined, true],
    [8192, true],
    [8191, false],
  ] as const) {
    const memory = new DeliveredMemory(false, maxPinnedBytes);
    const [one, other] = [memory.own(counted(100)), memory.own(counted(100))];
    assert.is(one.buffer === other.buffer, shared);
  }
});

test('WholeDelivery copies large parts that it does not own, because they may change before the last part', () => {
  const delivery = whole();
  const part = counted(20_000);
  const deliver = (first: boolean, last: boolean) =>
    delivery.deliver({ type: 'binary', bytes: part, first, last, expectedBytes: 2 ** 20 });
  assert.is(deliver(true, false), undefined);
  part.fill(0xee);
  const event = deliver(false, true)!;
  assert.is(hex((event.data as Uint8Array).subarray(0, 20_000)), hex(counted(20_000)));
});

test('WholeDelivery pins little memory besides the bytes of owned parts', () => {
  for (const maxPinnedBytes of [undefined, Infinity]) {
    const held = heldBytes(() => {
      const delivery = whole(new DeliveredMemory(true, maxPinnedBytes));
      for (let i = 0; i < 20; i++) {
        const bytes = new Uint8Array(65_536).subarray(0, 16_384);
        delivery.deliver({ type: 'binary', bytes, first: i === 0, last: false, expectedBytes: 0 });
      }
      return delivery;
    });
    assert.ok(held <= 20 * 16_384 + 20_000, `${held}`);
  }
});

test('reports text as too big if no string can be as long', () => {
  const { decode } = TextDecoder.prototype;
  TextDecoder.prototype.decode = () => {
    throw new RangeError('Invalid string length');
  };
  try {
    for (const delivery of [whole(), inParts()]) {
      const tooBig = [
        1009,
        'RFC 6455 §10.4',
        'message too big',
        'longer than a string of this engine can be',
      ] as const;
      assertViolation(
        thrownBy(() => delivery.deliver(piece('text', counted(200).fill(0x61)))),
        tooBig,
      );
    }
  } finally {
    TextDecoder.prototype.decode = decode;
  }
});

test('reports text as too big if its parts cannot be joined to a string', () => {
  const { append } = StringCollector.prototype;
  StringCollector.prototype.append = () => {
    throw new RangeError('Invalid string length');
  };
  try {
    const tooBig = [
      1009,
      'RFC 6455 §10.4',
      'message too big',
      'longer than a string of this engine can be',
    ] as const;
    const first = piece('text', fromHex('61'), true, false);
    assertViolation(
      thrownBy(() => whole().deliver(first)),
      tooBig,
    );
  } finally {
    StringCollector.prototype.append = append;
  }
});

test('WholeDelivery keeps large owned parts until it joins them, and changes none', () => {
  const delivery = whole(new DeliveredMemory(true));
  const bytes = counted(50_000);
  const parts = [bytes.slice(0, 20_000), bytes.slice(20_000, 21_000), bytes.slice(21_000)];
  const events = parts.map((part, i) =>
    delivery.deliver({ type: 'binary', bytes: part, first: i === 0, last: i === 2, expectedBytes: 2 ** 20 }),
  );
  assert.equal(events.map(shown), [undefined, undefined, ['binary', hex(bytes), true]]);
  assert.is(hex(parts[2]!), hex(bytes.slice(21_000)));
});

test('WholeDelivery joins a large message of unknown length step by step', () => {
  const delivery = whole();
  const part = counted(100_000);
  const deliver = (last: boolean) =>
    delivery.deliver({ type: 'binary', bytes: part, first: false, last, expectedBytes: 0 });
  for (let i = 0; i < 5; i++) assert.is(deliver(false), undefined);
  assert.is(delivery.unfinished, false);
  assert.is(deliver(true), undefined);
  assert.is(delivery.unfinished, true);
  assert.is(delivery.finish(), undefined);
  assert.is(delivery.unfinished, true);
  const event = delivery.finish()!;
  assert.is(delivery.unfinished, false);
  const parts = Buffer.concat(new Array<Uint8Array>(6).fill(part));
  assert.is(Buffer.compare(event.data, parts), 0);
  assert.equal(shown(delivery.deliver(piece('binary', fromHex('61')))), ['binary', '61', true]);
});

test('PartDelivery is never unfinished', () => {
  const delivery = inParts();
  delivery.deliver(piece('binary', counted(2 ** 20)));
  assert.is(delivery.unfinished, false);
  assert.is(delivery.finish(), undefined);
});

test('keeps() is true for owned bytes: of a whole binary message in WholeDelivery, of any piece in PartDelivery', () => {
  for (const [make, type, first, last, kept] of [
    [whole, 'binary', true, true, true],
    [whole, 'binary', false, true, false],
    [whole, 'binary', true, false, false],
    [whole, 'text', true, true, false],
    [inParts, 'binary', false, false, true],
    [inParts, 'text', true, true, false],
  ] as const) {
    const bytes = counted(1000);
    assert.is(make(new DeliveredMemory(true)).keeps(piece(type, bytes, first, last)), kept);
    assert.is(make(new DeliveredMemory(false)).keeps(piece(type, bytes, first, last)), false);
  }
});

test('WholeDelivery joins large messages in the buffers of allocate, which must have the right length', () => {
  const parts = [
    piece('binary', counted(20_000), true, false),
    piece('binary', counted(20_000), false, true),
  ];
  const join = (allocate: (byteLength: number) => ArrayBuffer) => {
    const delivery = new WholeDelivery(new DeliveredMemory(false), allocate);
    return parts.map(part => delivery.deliver(part)).at(-1) as BinaryMessage;
  };
  const made: ArrayBuffer[] = [];
  const { data } = join(byteLength => {
    made.push(new ArrayBuffer(byteLength));
    return made.at(-1)!;
  });
  assert.ok(made.includes(data.buffer));
  assert.equal(data, Uint8Array.of(...counted(20_000), ...counted(20_000)));
  for (const [got, words] of [
    [new ArrayBuffer(1), '1 bytes'],
    ['no', '"no"'],
  ] as const) {
    const error = thrownBy(() => join(() => got as ArrayBuffer)) as Error;
    assert.instance(error, TypeError);
    assert.match(
      error.message,
      new RegExp(`^allocate must return an ArrayBuffer of \\d+ bytes \\(got ${words}\\)$`),
    );
  }
});

test.run();
