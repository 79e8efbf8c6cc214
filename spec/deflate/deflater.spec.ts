import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Deflater, deflaterBytes } from '../../lib/deflate/deflater.ts';
import { hello, messageEnd } from '../support/deflate-blocks.ts';
import { cut, through } from '../support/messages-through.ts';
import { Random } from '../support/random.ts';
import { StrictInflater } from '../support/strict-inflater.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('Deflater');

const deflater = (windowBits = 15, contextTakeover = true) => new Deflater({ windowBits, contextTakeover });

const noise = (length: number, seed = 1) => {
  const random = new Random(seed);
  return Uint8Array.from({ length }, () => random.below(256));
};

/** Returns random words of a small vocabulary. */
const text = (length: number, seed = 1) => {
  const random = new Random(seed);
  let all = '';
  while (all.length < length)
    all += `${random.pick(['frame', 'payload', 'mask', 'opcode', 'fin', 'close'])} `;
  return utf8(all.slice(0, length));
};

test('writes the example of RFC 7692 §7.2.3.1', () => {
  const machine = deflater();
  assert.equal(through(machine, utf8('Hello')), hello.fixed);
});

test('writes an empty message as one byte (§7.2.3.6)', () => {
  const machine = deflater();
  assert.equal(through(machine, utf8('')), messageEnd);
  assert.equal(through(machine, utf8(''), utf8('')), messageEnd);
});

test('outputs nothing before a part is written', () => {
  assert.is(deflater().read(), undefined);
  const machine = deflater();
  machine.reset();
  assert.is(machine.read(), undefined);
});

test('writes each block in the smallest form (RFC 1951 §3.2.3)', () => {
  const strict = new StrictInflater(15);
  const types = (message: Uint8Array) => {
    strict.reset();
    assert.equal(strict.inflate(through(deflater(), message)), message);
    return strict.types;
  };
  assert.equal(types(utf8('Hello, hello')), [1, 0]);
  assert.equal(types(text(5000)), [2, 0]);
  assert.equal(types(noise(5000)), [0, 0]);
  assert.equal(types(noise(3)), [1, 0]);
});

test('expands incompressible messages by less than 0.1 % and 6 bytes', () => {
  for (const length of [1, 10, 100, 1000, 16_384, 65_535, 65_536, 65_537, 1_000_000]) {
    const grown = through(deflater(), noise(length)).length - length;
    assert.ok(grown <= length / 1000 + 6, `${length}: ${grown}`);
  }
});

test('refers back as far as the window, and no further (RFC 7692 §7.1.2)', () => {
  for (let windowBits = 8; windowBits <= 15; windowBits++) {
    for (const [distance, reached] of [
      [2 ** windowBits, true],
      [2 ** windowBits + 1, false],
    ] as const) {
      const machine = deflater(windowBits);
      const strict = new StrictInflater(windowBits);
      const phrase = noise(60, 2);
      const between = noise(distance - 60, 3);
      for (const message of [phrase, between, phrase]) {
        assert.ok(Buffer.compare(strict.inflate(through(machine, message)), message) === 0);
      }
      assert.is(strict.greatestDistance === distance, reached, String(windowBits));
    }
  }
});

/** Returns the length of the compressed messages, which are also decompressed as a check. */
function payloadBytes(...messages: Uint8Array[]): number {
  const message = new Uint8Array(Buffer.concat(messages));
  const payload = through(deflater(), message);
  assert.is(Buffer.compare(new StrictInflater(15).inflate(payload), message), 0);
  return payload.length;
}

test('compresses data after incompressible data as well as without them', () => {
  const alone = payloadBytes(text(20_000));
  for (const length of [100, 1000, 20_000]) {
    const both = payloadBytes(noise(length), text(20_000));
    assert.ok(both <= length + alone + 600, `${length}: ${both - length}, alone ${alone}`);
  }
});

test('finds a second copy of incompressible data', () => {
  for (const length of [200, 2000, 8000, 16_000]) {
    const both = payloadBytes(noise(length), noise(length));
    assert.ok(both <= 1.15 * length + 300, `${length}: ${both}`);
  }
  const machine = deflater();
  through(machine, noise(5000));
  const again = through(machine, noise(5000)).length;
  assert.ok(again < 600, String(again));
});

test('stores a block only if that is not larger', () => {
  const random = new Random(5);
  for (const values of [256, 250, 240, 200, 128]) {
    const message = Uint8Array.from({ length: 16_000 }, () => random.below(values));
    const entropyBytes = (16_000 * Math.log2(values)) / 8;
    const payload = payloadBytes(message);
    assert.ok(payload <= Math.min(16_000 + 10, 1.002 * entropyBytes + 100), `${values} values: ${payload}`);
  }
});

test('compresses the same while other deflaters work between its messages', () => {
  for (const windowBits of [8, 12, 15]) {
    const [alone, one, other] = [deflater(windowBits), deflater(windowBits), deflater(windowBits)];
    const inflater = new StrictInflater(windowBits);
    const expected = [3, 700, 64, 500, 2000, 63, 30_000, 128].map(length => through(alone, text(length)));
    for (const [i, length] of [3, 700, 64, 500, 2000, 63, 30_000, 128].entries()) {
      const payload = through(one, text(length));
      assert.equal(payload, expected[i], `${windowBits} bits, ${length} bytes`);
      assert.is(Buffer.compare(inflater.inflate(payload), text(length)), 0);
      through(other, noise(1000));
    }
  }
});

test('respects the window over long streams', () => {
  for (const windowBits of [8, 11, 15]) {
    const machine = deflater(windowBits);
    const strict = new StrictInflater(windowBits);
    for (let i = 0; i < 40; i++) {
      const message = i % 3 === 0 ? noise(3000, i % 5) : text(1 + 97 * i, i % 7);
      assert.ok(Buffer.compare(strict.inflate(through(machine, message)), message) === 0);
    }
    assert.ok(strict.greatestDistance > 2 ** windowBits / 2);
  }
});

test('compresses the second message of a kind well', () => {
  const machine = deflater();
  const first = through(machine, text(300)).length;
  assert.ok(through(machine, text(300)).length < first / 5);
});

test('compresses a large message in pieces of at most 64 KiB', () => {
  const machine = deflater();
  for (const message of [text(300_000), noise(300_000), new Uint8Array(300_000)]) {
    machine.write(message, true);
    let pieces = 0;
    for (let piece = machine.read(); piece !== undefined; piece = machine.read()) {
      assert.ok(piece.length > 0 && piece.length <= 65_536 + 64);
      pieces++;
    }
    assert.ok(pieces >= 5);
  }
});

test('joins small parts', () => {
  const whole = through(deflater(), text(4000)).length;
  assert.is(through(deflater(), ...cut(text(4000), 1)).length, whole);
  const machine = deflater();
  machine.write(text(10), false);
  assert.is(machine.read(), undefined);
  machine.write(utf8(''), true);
  assert.ok(machine.read()!.length > 0);
});

test('accepts parts of every size', () => {
  for (const windowBits of [8, 12, 15]) {
    for (const size of [1, 255, 256, 257, 1000, 8192, 70_000]) {
      for (const message of [text(size * 2 + 3000), noise(9000)]) {
        const payload = through(deflater(windowBits), ...cut(message, size));
        assert.ok(Buffer.compare(new StrictInflater(windowBits).inflate(payload), message) === 0);
      }
    }
  }
});

test('serves connections in turn without takeover', () => {
  const one = deflater(15, false);
  const other = deflater(15, false);
  const alone = through(deflater(15, false), text(500));
  for (let i = 0; i < 3; i++) {
    assert.equal(through(one, text(500)), alone);
    assert.equal(through(other, text(500)), alone);
  }
  one.write(text(20_000).subarray(0, 10_000), false);
  const pieces: Uint8Array[] = [];
  for (let piece = one.read(); piece !== undefined; piece = one.read()) pieces.push(piece.slice());
  assert.equal(through(other, text(500)), alone);
  pieces.push(through(one, text(20_000).subarray(10_000)));
  const message = new StrictInflater(15).inflate(Buffer.concat(pieces));
  assert.ok(Buffer.compare(message, text(20_000)) === 0);
});

test('refers to nothing before a reset, whatever its tables still contain', () => {
  const machine = deflater(9);
  for (let i = 0; i < 300; i++) {
    machine.reset();
    const message = text(300 + i, i % 4);
    assert.ok(Buffer.compare(new StrictInflater(9).inflate(through(machine, message)), message) === 0);
  }
});

test('reports how much memory it holds', () => {
  const kibibytes = [15, 12, 8].map(bits => Math.round(deflaterBytes(bits) / 1024));
  assert.equal(kibibytes, [136, 32, 3]);
});

test.run();
