import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ByteCollector } from '../../lib/bytes/byte-collector.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';
import { counted, fromHex, hex } from '../support/bytes.ts';
import { heldBytes } from '../support/memory.ts';

const test = suite('ByteCollector');

const byte = fromHex('61');

/** Returns the total length of the arrays and buffers that are created while it runs, including slices. */
function allocatedIn(run: () => void): number {
  const { Uint8Array: plain, ArrayBuffer: buffer } = globalThis;
  const { slice } = plain.prototype;
  let allocated = 0;
  const counting = <Constructor extends new () => object>(platform: Constructor) =>
    new Proxy(platform, {
      construct(target, args) {
        if (typeof args[0] === 'number') allocated += args[0];
        return Reflect.construct(target, args) as object;
      },
    });
  globalThis.Uint8Array = counting(plain);
  globalThis.ArrayBuffer = counting(buffer);
  plain.prototype.slice = function (start, end) {
    const sliced = slice.call(this, start, end);
    allocated += sliced.length;
    return sliced as ReturnType<typeof slice>;
  };
  try {
    run();
  } finally {
    globalThis.Uint8Array = plain;
    globalThis.ArrayBuffer = buffer;
    plain.prototype.slice = slice;
  }
  return allocated;
}

test('joins bytes in order', () => {
  const collector = new ByteCollector();
  collector.append(fromHex('0102'));
  collector.append(fromHex(''));
  collector.append(fromHex('03'));
  assert.is(collector.length, 3);
  assert.is(hex(collector.take()), '010203');
});

test('is empty at first, and after each take', () => {
  const collector = new ByteCollector();
  assert.is(collector.length, 0);
  assert.is(hex(collector.take()), '');
  collector.append(fromHex('01'));
  const first = collector.take();
  assert.is(collector.length, 0);
  collector.append(fromHex('02'));
  assert.is(hex(collector.take()), '02');
  assert.is(hex(first), '01');
});

test('copies appended bytes, which may change afterwards', () => {
  const collector = new ByteCollector();
  const bytes = fromHex('0102');
  collector.append(bytes);
  bytes.fill(0xee);
  assert.is(hex(collector.take()), '0102');
});

test('keeps owned bytes without a copy, unless they are few', () => {
  const collector = new ByteCollector();
  const bytes = counted(1024);
  const small = counted(1023);
  assert.is(
    allocatedIn(() => collector.appendOwned(bytes, 2 ** 40)),
    0,
  );
  collector.appendOwned(small, 2 ** 40);
  small.fill(0xee);
  collector.appendOwned(bytes);
  assert.is(collector.length, 1024 + 1023 + 1024);
  assert.ok(hex(collector.take()) === hex(bytes) + hex(counted(1023)) + hex(bytes));
});

test('returns every whole in a buffer of its own with nothing else in it', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 200; round++) {
    const longest = random(2) === 0 ? 500 : 40_000;
    const whole = counted(random(6 * longest));
    const collector = new ByteCollector();
    for (let start = 0; start < whole.length; ) {
      const part = whole.slice(start, start + random(longest));
      const expected = [0, 1, whole.length, 5 * whole.length, random(8 * longest)][random(5)]!;
      if (random(2) === 0) collector.append(part, expected);
      else collector.appendOwned(part, expected);
      start += part.length;
    }
    const taken = collector.take();
    assert.is(Buffer.compare(taken, whole), 0);
    assert.is(taken.buffer.byteLength, whole.length);
  }
});

test('returns a whole of a single owned part in a buffer of its own', () => {
  const collector = new ByteCollector();
  const bytes = counted(20_000);
  collector.appendOwned(bytes, 2 ** 40);
  const taken = collector.take();
  assert.is.not(taken.buffer, bytes.buffer);
  assert.is(Buffer.compare(taken, bytes), 0);
});

test('is unharmed if the caller transfers an empty whole away', () => {
  const collector = new ByteCollector();
  structuredClone(0, { transfer: [collector.take().buffer] });
  collector.append(fromHex('01'));
  assert.is(hex(collector.take()), '01');
  const other = new ByteCollector();
  other.append(fromHex(''));
  structuredClone(0, { transfer: [other.take().buffer] });
  other.append(fromHex('02'));
  assert.is(hex(other.take()), '02');
  assert.is(hex(new ByteCollector().take()), '');
});

test('allocates large wholes by allocate, and fills them completely', () => {
  for (const [byteLength, expected] of [
    [16_383, 0],
    [16_384, 0],
    [100_000, 0],
    [100_000, 100_000],
    [100_000, 150_000],
    [100_000, 2 ** 40],
  ] as const) {
    const given: ArrayBuffer[] = [];
    const collector = new ByteCollector(length => {
      given.push(new Uint8Array(length).fill(0xee).buffer);
      return given.at(-1)!;
    });
    const whole = counted(byteLength);
    for (let start = 0; start < byteLength; start += 999) {
      collector.append(whole.subarray(start, start + 999), expected);
    }
    const taken = collector.take();
    assert.is(hex(taken), hex(whole));
    assert.is(taken.buffer === given.at(-1), byteLength >= 16_384);
  }
});

test('takes an expected whole without another copy', () => {
  for (const expected of [1, 100, 5000, 65_537, 100_001]) {
    const whole = counted(expected);
    const collector = new ByteCollector();
    for (let start = 0; start < expected; start += 999) {
      collector.append(whole.subarray(start, start + 999), expected);
    }
    let taken = fromHex('');
    assert.is(
      allocatedIn(() => (taken = collector.take())),
      0,
    );
    assert.is(hex(taken), hex(whole));
  }
});

test('takes an expected whole without another copy, even if a few bytes came before the expectation', () => {
  for (const beginning of [0, 1, 1000]) {
    const part = counted(65_536);
    const whole = beginning + 16 * part.length;
    const collector = new ByteCollector();
    collector.append(counted(beginning), beginning);
    for (let i = 0; i < 16; i++) collector.append(part, whole);
    assert.is(
      allocatedIn(() => collector.take()),
      0,
    );
  }
});

test('does not join again if parts of one size each set their own expectation', () => {
  const part = counted(16_384);
  const half = part.subarray(0, 8192);
  const collector = new ByteCollector();
  const allocated = allocatedIn(() => {
    for (let i = 1; i <= 64; i++) {
      collector.append(half, i * 16_384);
      collector.append(half, i * 16_384);
    }
    collector.take();
  });
  assert.ok(allocated <= 2.1 * 2 ** 20, String(allocated));
});

test('allocates nothing for an announced length alone (attack 9)', () => {
  const collector = new ByteCollector();
  const nine = counted(9);
  assert.ok(allocatedIn(() => collector.append(byte, 2 ** 40)) <= 2);
  assert.ok(allocatedIn(() => collector.append(nine, 2 ** 40)) <= 20);
});

test('copies owned bytes once if the whole is expected', () => {
  const part = counted(65_536);
  const collector = new ByteCollector();
  const allocated = allocatedIn(() => {
    for (let i = 0; i < 16; i++) collector.appendOwned(part, 2 ** 20);
    collector.take();
  });
  assert.is(allocated, 2 ** 20);
});

test('holds at most three times the bytes that have arrived, and twice the expected bytes (attack 11)', () => {
  for (const partBytes of [1, 1000, 16_384, 70_000]) {
    for (const expected of [0, 100_000, 300_000, 550_000, 2 ** 40]) {
      const part = counted(partBytes);
      const held = heldBytes(() => {
        const collector = new ByteCollector();
        while (collector.length < 280_000) collector.append(part, expected);
        return collector;
      });
      const arrived = 280_000 + partBytes;
      const most = Math.min(3 * arrived, 2 * Math.max(expected, arrived)) + 20_000;
      assert.ok(held <= most, `parts of ${partBytes}, ${expected} expected: ${held}`);
    }
  }
});

/** Returns how many bytes `Uint8Array.prototype.set` copies while this runs. */
function copiedIn(run: () => void): number {
  const { set } = Uint8Array.prototype;
  let copied = 0;
  Uint8Array.prototype.set = function (source, offset) {
    copied += source.length;
    set.call(this, source, offset);
  };
  try {
    run();
  } finally {
    Uint8Array.prototype.set = set;
  }
  return copied;
}

test('copies at most twice the part in each append, and nothing at the end of an expected whole', () => {
  for (const owned of [false, true]) {
    for (const partBytes of [1, 100, 1448, 16_384]) {
      for (const expected of [60_000, 59_999, 120_000, 0]) {
        const whole = counted(60_000);
        const collector = new ByteCollector();
        for (let start = 0; start < whole.length; start += partBytes) {
          const part = whole.slice(start, start + partBytes);
          const copied = copiedIn(() => collector[owned ? 'appendOwned' : 'append'](part, expected));
          assert.ok(copied <= 2 * part.length, `parts of ${partBytes}: ${copied}`);
        }
        if (expected === 60_000) assert.ok(collector.join(0), `parts of ${partBytes}`);
        else
          for (let joined = false; !joined; )
            assert.ok(copiedIn(() => (joined = collector.join(1000))) <= 1000);
        assert.is(
          copiedIn(() => assert.is(Buffer.compare(collector.take(), whole), 0)),
          0,
        );
      }
    }
  }
});

test('appends after a join', () => {
  const whole = counted(50_000);
  for (const owned of [false, true]) {
    const collector = new ByteCollector();
    for (let start = 0; start < whole.length; start += 2000) {
      collector[owned ? 'appendOwned' : 'append'](whole.slice(start, start + 2000));
      if (start % 3 === 0) collector.join(5000);
    }
    assert.is(Buffer.compare(collector.take(), whole), 0);
    assert.ok(collector.join(0));
  }
});

test('shares blocks among small parts between large owned ones', () => {
  const large = counted(16_384);
  const allocated = allocatedIn(() => {
    const collector = new ByteCollector();
    for (let i = 0; i < 100; i++) {
      collector.appendOwned(large);
      collector.append(byte);
    }
  });
  assert.ok(allocated <= 100 * 16_384, String(allocated));
});

test('copies in linear time for any number of parts and any expectations (attacks 11 and 19)', () => {
  const parts = 20_000;
  const expectations: ((length: number) => number)[] = [
    () => 0,
    () => parts,
    () => 2 ** 40,
    length => length,
    length => length + 1,
    length => length + 64,
    length => 2 * length,
    length => 2 * length + 1,
    length => 3 * length,
  ];
  for (const [i, expected] of expectations.entries()) {
    const collector = new ByteCollector();
    const allocated = allocatedIn(() => {
      for (let length = 1; length <= parts; length++) collector.append(byte, expected(length));
    });
    assert.ok(allocated <= 6 * parts, `expectation ${i}: ${allocated} bytes for ${parts}`);
    assert.is(collector.take().length, parts);
  }
});

test.run();
