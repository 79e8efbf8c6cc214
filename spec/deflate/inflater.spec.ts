import zlib from 'node:zlib';
import { Deflate } from 'pako';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Inflater, inflaterBytes } from '../../lib/deflate/inflater.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';
import { dynamic, emptyDynamicBlocks, field, fromBits } from '../support/bits.ts';
import { droppedTail, emptyFinalBlock, hello, messageEnd, storedBlock } from '../support/deflate-blocks.ts';
import { fromHex, hex } from '../support/hex.ts';
import { cut, through } from '../support/messages-through.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('Inflater');

const inflater = (maxMessageBytes = Infinity, windowBits = 15, contextTakeover = true) =>
  new Inflater({ windowBits, contextTakeover, maxMessageBytes });

const closing = (closeCode: number, reason?: string) => (error: unknown) => {
  const {
    name,
    closeCode: code,
    reason: text,
  } = error as { name: string; closeCode: number; reason: string };
  return name === 'WebSocketError' && code === closeCode && (reason === undefined || text === reason);
};

/** Returns a payload that zlib's sync flush ends, without the tail. */
function flushed(data: Uint8Array, options: zlib.ZlibOptions = {}): Uint8Array {
  return zlib.deflateRawSync(data, { ...options, finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

test('continues after a block with BFINAL, and keeps the window (RFC 7692 §7.2.3.4)', () => {
  const machine = inflater();
  assert.equal(through(machine, hello.final), utf8('Hello'));
  assert.equal(through(machine, hello.again), utf8('Hello'));
  assert.equal(through(machine, fromHex('f348cdc9c90700 33343236313533b7000000')), utf8('Hello12345678'));
});

test('continues after a stored block with BFINAL', () => {
  assert.equal(
    through(inflater(), concatenated([storedBlock('Hello', { final: true }), messageEnd])),
    utf8('Hello'),
  );
});

test('rejects a message that ends inside a block, at every byte (§7.2.2)', () => {
  const whole = flushed(utf8('Hello, hello, how are you? Hello, hello, how are you? '.repeat(20)), {
    level: 9,
  });
  assert.equal(through(inflater(), whole).length, 1080);
  for (let length = 1; length < whole.length; length++) {
    assert.throws(() => through(inflater(), whole.subarray(0, length)), closing(1007), String(length));
  }
});

test('rejects a message that ends between blocks without the empty one, although zlib accepts it', () => {
  for (const payload of [
    hello.fixed.subarray(0, 3),
    concatenated([hello.fixed, Uint8Array.of(0xff)]),
    hello.final.subarray(0, -1),
    storedBlock('', { final: true, declared: 17 }),
    storedBlock('', { declared: 4 }),
    emptyFinalBlock.subarray(0, 1),
  ]) {
    assert.throws(() => through(inflater(), payload), closing(1007, undefined), hex(payload));
    assert.throws(() => through(inflater(), ...cut(payload, 1)), closing(1007), hex(payload));
  }
});

test('rejects a stored block that contains the tail', () => {
  // The block has four bytes, none of which is here: the tail would become its content.
  assert.throws(
    () => through(inflater(), storedBlock('', { declared: 4 })),
    closing(1007, 'compressed message truncated'),
  );
});

test('rejects corrupt blocks, near the end of the input and far from it (RFC 1951 §3.2.3 to §3.2.7)', () => {
  const zeros = (count: number) => `0 ${field(Math.min(count, 138) - 11, 7)}`;
  const lengths = { 18: 1, 1: 2, 2: 2 };
  const withZero = { 18: 1, 0: 2, 1: 2 };
  const cases: Record<string, string> = {
    'block type 3': '0 11',
    'stored lengths that disagree': `0 00 00000 ${field(5, 16)} ${field(5, 16)}`,
    'distance before the first byte': '0 10 0000001 00000',
    'length symbol 286 of a fixed block': '0 10 11000110',
    'length symbol 287 of a fixed block': '0 10 11000111',
    'distance symbol 30 of a fixed block': '0 10 10010001 0000001 11110',
    'distance symbol 31 of a fixed block': '0 10 10010001 0000001 11111',
    '287 literal symbols': `0 01 ${field(30, 5)} ${field(0, 5)} ${field(0, 4)}`,
    '31 distance symbols': `0 01 ${field(0, 5)} ${field(30, 5)} ${field(0, 4)}`,
    'an over-subscribed code of code lengths': dynamic(257, 1, { 16: 1, 17: 1, 18: 1 }),
    'an incomplete code of code lengths': dynamic(257, 1, { 16: 2, 17: 2, 18: 2 }),
    'a code of code lengths with one symbol': dynamic(257, 1, { 0: 1 }),
    'a code of code lengths without symbols': dynamic(257, 1, {}),
    'a repeat of nothing': `${dynamic(257, 1, { 0: 1, 16: 1 })} 1 00`,
    'a repeat beyond the end': `${dynamic(257, 1, lengths)} ${zeros(138)} ${zeros(138)}`,
    'no end of block': `${dynamic(257, 1, lengths)} ${zeros(138)} ${zeros(120)}`,
    'an over-subscribed code of literals': `${dynamic(257, 1, lengths)} 10 10 10 ${zeros(138)} ${zeros(115)} 10 10`,
    'an incomplete code of literals': `${dynamic(257, 1, lengths)} 11 ${zeros(138)} ${zeros(117)} 11 10`,
    'an over-subscribed code of distances': `${dynamic(257, 3, lengths)} 10 ${zeros(138)} ${zeros(117)} 10 10 10 10`,
    'an incomplete code of distances': `${dynamic(257, 1, lengths)} 10 ${zeros(138)} ${zeros(117)} 10 11`,
    'a distance where there are none': `${dynamic(258, 1, withZero)} ${zeros(138)} ${zeros(118)} 11 11 10 1 0`,
    'the unused bit of a code with one distance': `${dynamic(258, 1, lengths)} ${zeros(138)} ${zeros(118)} 10 10 10 1 1`,
    'the unused bit of a code with one literal': `${dynamic(257, 1, lengths)} ${zeros(138)} ${zeros(118)} 10 10 1`,
  };
  for (const [what, stream] of Object.entries(cases)) {
    for (const behind of [0, 40]) {
      const payload = Buffer.concat([fromBits(stream), new Uint8Array(behind)]);
      assert.is(
        attempt(() => zlib.inflateRawSync(payload)),
        undefined,
        what,
      );
      const corrupt = closing(1007, 'corrupt compressed data');
      assert.throws(() => through(inflater(), payload), corrupt, what);
      assert.throws(() => through(inflater(), ...cut(payload, 1)), corrupt, what);
    }
  }
});

test('reads a code of distances with one symbol, and one without symbols', () => {
  const zeros = (count: number) => `0 ${field(count - 11, 7)}`;
  const lengths = { 18: 1, 1: 2, 2: 2 };
  const one = `${dynamic(258, 1, lengths)} 11 ${zeros(138)} ${zeros(117)} 10 11 10  10 11 0 0`;
  const message = through(inflater(), Buffer.concat([fromBits(`${one} 000`)]));
  assert.equal(message, new Uint8Array(4));
  const none = `${dynamic(257, 1, { 18: 1, 0: 2, 1: 2 })} 11 ${zeros(138)} ${zeros(117)} 11 10  0 0 1`;
  assert.equal(through(inflater(), fromBits(`${none} 000`)), new Uint8Array(2));
});

test('reads lengths, distances and codes of every size (RFC 1951 §3.2.5)', () => {
  const random = seededRandom(7);
  const data = new Uint8Array(120_000);
  for (let at = 0; at < data.length; ) {
    // Near distances are frequent and far ones rare, so that the codes of the far ones are long.
    const distance = 1 + random(2 ** (1 + random(1 + random(15))));
    const length = Math.min(3 + random(2 ** (1 + random(8))), data.length - at);
    if (distance > at || random(4) === 0) data[at++] = random(1 + random(256));
    else for (const end = at + length; at < end; at++) data[at] = data[at - distance]!;
  }
  assert.equal(Buffer.from(through(inflater(), flushed(data, { level: 9 }))), Buffer.from(data));
});

test('reads the longest codes of distances with all their extra bits (RFC 1951 §3.2.5)', () => {
  const random = seededRandom(5);
  const history = Uint8Array.from({ length: 32_768 }, () => random(256));
  const codeLengths: Record<number, number> = { 18: 4 };
  for (let length = 1; length <= 15; length++) codeLengths[length] = 4;
  const ofLength = (length: number) => (length - 1).toString(2).padStart(4, '0');
  const zeros = (count: number) => `1111 ${field(count - 11, 7)}`;
  // Distance symbols 14 to 29 have codes of 1 to 15 bits; symbol 29 represents 24,577 and has 13 extra bits.
  const distances = Array.from({ length: 15 }, (_, i) => ofLength(i + 1)).join('') + ofLength(15);
  const lengths = `${zeros(138)} ${zeros(118)} ${ofLength(1)} ${ofLength(1)} ${zeros(14)} ${distances}`;
  const expected = [...history];
  const copies = Array.from({ length: 500 }, () => {
    const extra = random(8192);
    for (let i = 0; i < 3; i++) expected.push(expected[expected.length - 24_577 - extra]!);
    return `1 ${'1'.repeat(15)} ${field(extra, 13)}`;
  });
  const far = fromBits(`${dynamic(258, 30, codeLengths)} ${lengths} ${copies.join('')} 0 000`);
  const machine = inflater();
  assert.equal(through(machine, concatenated([storedBlock(history), messageEnd])), history);
  assert.equal(through(machine, far), Uint8Array.from(expected.slice(history.length)));
});

test('accepts or rejects like zlib if one byte has been changed', () => {
  const original = flushed(utf8('{"price":101.25,"size":3},{"price":101.50,"size":12}'.repeat(6)), {
    level: 9,
  });
  let refused = 0;
  for (let at = 0; at < original.length; at++) {
    for (const flip of [0x01, 0x04, 0x80, 0xff]) {
      const payload = original.slice();
      payload[at]! ^= flip;
      const own = attempt(() => through(inflater(), payload));
      const theirs = attempt(() =>
        zlib.inflateRawSync(Buffer.concat([payload, droppedTail, emptyFinalBlock, messageEnd])),
      );
      if (own === undefined) refused++;
      else assert.equal(Buffer.from(own), theirs);
    }
  }
  assert.ok(refused > original.length);
});

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

test('rejects a distance beyond the window, for any cut (§7.1.2)', () => {
  for (let windowBits = 8; windowBits <= 15; windowBits++) {
    for (const [beyond, verdict] of [
      [0, 'taken'],
      [1, 'refused'],
    ] as const) {
      if (windowBits === 15 && beyond === 1) continue;
      const payload = flushed(farCopy(2 ** windowBits + beyond), { level: 9 });
      for (const size of [1, 100, Infinity]) {
        const run = () => through(inflater(Infinity, windowBits), ...cut(payload, size));
        if (verdict === 'taken') assert.is(run().length, 2 ** windowBits + beyond + 100);
        else assert.throws(run, closing(1007), String(windowBits));
      }
    }
  }
});

/** Returns a hundred bytes, noise, and the hundred bytes again. */
function farCopy(distance: number): Uint8Array {
  const data = new Uint8Array(distance + 100);
  for (let i = 0, state = 1; i < distance; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    data[i] = state >>> 16;
  }
  data.copyWithin(distance, 0, 100);
  return data;
}

test('accepts any number of bytes within the limit, at any ratio', () => {
  const million = flushed(new Uint8Array(2 ** 20));
  assert.is(through(inflater(2 ** 20), million).length, 2 ** 20);
  assert.throws(() => through(inflater(2 ** 20 - 1), million), closing(1009, 'message too big'));
});

test('outputs nothing above the limit', () => {
  const bomb = flushed(new Uint8Array(2 ** 24));
  for (const limit of [1, 1000, 4096, 100_000]) {
    const machine = inflater(limit);
    machine.write(bomb, true);
    let output = 0;
    assert.throws(() => {
      for (let piece = machine.read(); piece !== undefined; piece = machine.read()) output += piece.length;
    }, closing(1009));
    assert.ok(output <= limit);
  }
});

test('outputs pieces of at most 64 KiB, and none that is empty', () => {
  const machine = inflater();
  machine.write(flushed(new Uint8Array(2 ** 20)), true);
  let output = 0;
  for (let piece = machine.read(); piece !== undefined; piece = machine.read()) {
    assert.ok(piece.length > 0 && piece.length <= 65_536);
    output += piece.length;
  }
  assert.is(output, 2 ** 20);
});

/** Returns this many dynamic blocks without content. */
const manyDynamicBlocks = (count: number) =>
  Buffer.concat([...new Array<Uint8Array>(count / 8).fill(emptyDynamicBlocks()), messageEnd]);

test('accepts 1,024 dynamic blocks without content, and no more (RFC 6455 §10.4)', () => {
  const machine = inflater();
  for (let i = 0; i < 3; i++) {
    assert.is(through(machine, manyDynamicBlocks(1024)).length, 0);
    assert.is(through(machine, ...cut(manyDynamicBlocks(1024), 7)).length, 0);
  }
  const oneMore = Buffer.concat([manyDynamicBlocks(1024).subarray(0, -1), emptyDynamicBlocks(), messageEnd]);
  for (const size of [1, 100, Infinity]) {
    for (const takeover of [true, false]) {
      const run = () => through(inflater(Infinity, 15, takeover), ...cut(oneMore, size));
      assert.throws(run, closing(1008, 'too many deflate blocks'), String(size));
    }
  }
});

test('accepts one more dynamic block for each 64 bytes, however they are read', () => {
  const stored = storedBlock(new Uint8Array(64));
  const message = (blocks: number, bytes: number) =>
    Buffer.concat([
      ...new Array<Uint8Array>(bytes / 64).fill(stored),
      ...new Array<Uint8Array>(blocks / 8).fill(emptyDynamicBlocks()),
      messageEnd,
    ]);
  for (const size of [500, Infinity]) {
    assert.is(through(inflater(), ...cut(message(1024 + 160, 64 * 160), size)).length, 64 * 160);
    const tooMany = () => through(inflater(), ...cut(message(1024 + 168, 64 * 160), size));
    assert.throws(tooMany, closing(1008), String(size));
  }
});

test('accepts a message flushed after every byte, by default and with fixed blocks', () => {
  for (const strategy of [0, 4] as const) {
    const text = utf8('flushed after every byte, '.repeat(400));
    const deflate = new Deflate({ raw: true, strategy });
    const pieces: Uint8Array[] = [];
    deflate.onData = piece => void pieces.push(piece);
    for (let at = 0; at < text.length; at++) deflate.push(text.subarray(at, at + 1), 2);
    const payload = Buffer.concat(pieces).subarray(0, -4);
    assert.ok(payload.length > 5 * text.length);
    assert.equal(Buffer.from(through(inflater(), payload)), Buffer.from(text));
  }
});

test('reads thousands of tiny blocks', () => {
  for (const blocks of [emptyFinalBlock, storedBlock('', { final: true }), emptyDynamicBlocks()]) {
    const payload = Buffer.concat([...new Array<Uint8Array>(128).fill(blocks), messageEnd]);
    assert.is(through(inflater(), payload).length, 0);
    assert.is(through(inflater(), ...cut(payload, 1)).length, 0);
  }
});

test('starts at most 4,096 blocks in a call, or 128 dynamic ones, and is busy then', () => {
  for (const [block, blocks, calls] of [
    [emptyFinalBlock, 10_000, 2],
    [storedBlock(''), 10_000, 2],
    [emptyDynamicBlocks(), 1000, 7],
    [storedBlock('a'), 10_000, 2],
  ] as const) {
    const each = block.length > 6 ? 8 : 1;
    const payload = Buffer.concat([...new Array<Uint8Array>(blocks / each).fill(block), messageEnd]);
    for (const size of [Infinity, 1]) {
      const machine = inflater();
      let busy = 0;
      for (let at = 0; at < payload.length; at += size) {
        machine.write(payload.subarray(at, at + size), at + size >= payload.length);
        for (let piece = machine.read(); piece !== undefined || machine.busy; piece = machine.read()) {
          if (machine.busy) busy += 1;
        }
      }
      assert.is(busy, calls, `${hex(block)} in parts of ${size}`);
    }
  }
});

test('counts the blocks of each message separately', () => {
  const machine = inflater();
  const payload = Buffer.concat([...new Array<Uint8Array>(4000).fill(emptyFinalBlock), messageEnd]);
  for (let times = 0; times < 3; times++) {
    machine.write(payload, true);
    assert.is(machine.read(), undefined);
    assert.is(machine.busy, false);
  }
});

test('rejects a part while it is busy, and loses nothing', () => {
  const machine = inflater();
  machine.write(Buffer.concat([...new Array<Uint8Array>(5000).fill(emptyFinalBlock), hello.fixed]), true);
  assert.is(machine.read(), undefined);
  assert.throws(() => machine.write(messageEnd, true), /write\(\) was called while the stage is busy/);
  assert.equal(machine.read(), utf8('Hello'));
});

test('reads and outputs nothing before a part is written', () => {
  assert.is(inflater().read(), undefined);
});

test('serves many connections without takeover, one message after the other', () => {
  const machines = Array.from({ length: 3 }, () => inflater(Infinity, 15, false));
  for (const machine of [...machines, ...machines]) {
    assert.equal(through(machine, hello.fixed), utf8('Hello'));
    assert.throws(() => through(inflater(Infinity, 15, false), hello.again), closing(1007));
  }
  const [a, b] = machines as [Inflater, Inflater];
  a.write(hello.fixed.subarray(0, 3), false);
  const first = a.read()!.slice();
  assert.equal(through(b, hello.fixed), utf8('Hello'));
  assert.is(a.read(), undefined);
  const rest = through(a, hello.fixed.subarray(3));
  assert.equal(new Uint8Array([...first, ...rest]), utf8('Hello'));
});

test('reports how much memory it holds', () => {
  assert.is(Math.round(inflaterBytes(15) / 1024), 70);
  assert.is(Math.round(inflaterBytes(8) / 1024), 15);
});

test.run();
