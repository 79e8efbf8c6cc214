import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ByteCollector } from '../../lib/bytes/byte-collector.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';
import { counted, hex, octets } from '../support/octets.ts';

const test = suite('ByteCollector');

const octet = octets('61');

/** How many octets the arrays have that are made while it runs, slices among them. */
function allocatedIn(run: () => void): number {
  const { Uint8Array: plain } = globalThis;
  const { slice } = plain.prototype;
  let allocated = 0;
  globalThis.Uint8Array = new Proxy(plain, {
    construct(target, args) {
      if (typeof args[0] === 'number') allocated += args[0];
      return Reflect.construct(target, args) as object;
    },
  });
  plain.prototype.slice = function (start, end) {
    const sliced = slice.call(this, start, end);
    allocated += sliced.length;
    return sliced as ReturnType<typeof slice>;
  };
  try {
    run();
  } finally {
    globalThis.Uint8Array = plain;
    plain.prototype.slice = slice;
  }
  return allocated;
}

test('joins octets in the order they came', () => {
  const collector = new ByteCollector();
  collector.append(octets('0102'));
  collector.append(octets(''));
  collector.append(octets('03'));
  assert.is(collector.length, 3);
  assert.is(hex(collector.take()), '010203');
});

test('is empty at first, and again behind a take', () => {
  const collector = new ByteCollector();
  assert.is(collector.length, 0);
  assert.is(hex(collector.take()), '');
  collector.append(octets('01'));
  const first = collector.take();
  assert.is(collector.length, 0);
  collector.append(octets('02'));
  assert.is(hex(collector.take()), '02');
  assert.is(hex(first), '01');
});

test('copies: what was appended may change afterwards', () => {
  const collector = new ByteCollector();
  const bytes = octets('0102');
  collector.append(bytes);
  bytes.fill(0xee);
  assert.is(hex(collector.take()), '0102');
});

test('gives every whole a buffer of its own with nothing else in it', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 200; round++) {
    const whole = counted(random(3000));
    const collector = new ByteCollector();
    for (let start = 0; start < whole.length; ) {
      const part = whole.subarray(start, start + random(500));
      collector.append(part, [0, 1, whole.length, 5 * whole.length, random(4000)][random(5)]!);
      start += part.length;
    }
    const taken = collector.take();
    assert.is(hex(taken), hex(whole));
    assert.is(taken.buffer.byteLength, whole.length);
  }
});

test('lets nobody harm the next taker by transferring an empty whole away', () => {
  const collector = new ByteCollector();
  structuredClone(0, { transfer: [collector.take().buffer] });
  collector.append(octets('01'));
  assert.is(hex(collector.take()), '01');
  const other = new ByteCollector();
  other.append(octets(''));
  structuredClone(0, { transfer: [other.take().buffer] });
  other.append(octets('02'));
  assert.is(hex(other.take()), '02');
  assert.is(hex(new ByteCollector().take()), '');
});

test('takes an expected whole without a further copy', () => {
  for (const expected of [1, 100, 5000, 65_537, 100_001]) {
    const whole = counted(expected);
    const collector = new ByteCollector();
    for (let start = 0; start < expected; start += 999) {
      collector.append(whole.subarray(start, start + 999), expected);
    }
    let taken = octets('');
    assert.is(
      allocatedIn(() => (taken = collector.take())),
      0,
    );
    assert.is(hex(taken), hex(whole));
  }
});

test('allocates nothing for what is only announced (facts, row 9)', () => {
  const collector = new ByteCollector();
  const nine = counted(9);
  assert.ok(allocatedIn(() => collector.append(octet, 2 ** 40)) <= 2);
  assert.ok(allocatedIn(() => collector.append(nine, 2 ** 40)) <= 20);
});

test('never holds more than twice what has arrived', () => {
  for (const expected of [0, 1, 1000, 65_000, 2 ** 40]) {
    const collector = new ByteCollector();
    let held = 0;
    for (let length = 1; length <= 3000; length++) {
      const grown = allocatedIn(() => collector.append(octet, expected));
      if (grown > 0) held = grown;
      assert.ok(held >= length && held <= 2 * length, `${held} for ${length}, ${expected} expected`);
    }
  }
});

test('copies in linear time, however many parts and whatever is expected (facts, rows 11 and 19)', () => {
  const parts = 20_000;
  const expectations: ((length: number) => number)[] = [
    () => 0,
    () => parts,
    () => 2 ** 40,
    length => length,
    length => length + 1,
    length => length + 64,
  ];
  for (const [i, expected] of expectations.entries()) {
    const collector = new ByteCollector();
    const allocated = allocatedIn(() => {
      for (let length = 1; length <= parts; length++) collector.append(octet, expected(length));
    });
    assert.ok(allocated <= 6 * parts, `expectation ${i}: ${allocated} octets for ${parts}`);
    assert.is(collector.take().length, parts);
  }
});

test.run();
