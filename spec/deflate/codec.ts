import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import type { DeflateCodec } from '../../lib/deflate/codec.ts';
import { pakoCodec, zlibCodec } from '../support/codecs.ts';
import { cut, hex, through, utf8 } from '../support/messages-through.ts';
import { Random } from '../support/random.ts';
import { StrictInflater } from '../support/strict-inflater.ts';

/** Messages of many kinds and lengths. */
function messages(): Uint8Array[] {
  const random = new Random(7692);
  const words = ['{"id":', '"name":"', 'frame', ' payload ', '0.25', ',', '"}', 'äöü'];
  const text = (length: number) => {
    let all = '';
    while (all.length < length) all += random.pick(words);
    return utf8(all.slice(0, length));
  };
  const noise = (length: number) => Uint8Array.from({ length }, () => random.below(256));
  return [
    utf8(''),
    utf8('a'),
    utf8('Hello'),
    text(64),
    noise(3),
    utf8(''),
    text(500),
    noise(400),
    new Uint8Array(70_000),
    text(40_000),
    noise(66_000),
    text(64),
    text(150_000),
  ];
}

function codecSuite(name: string, codec: DeflateCodec): void {
  const test = suite(`DeflateCodec: ${name}`);
  const inflater = (contextTakeover = true, maxMessageBytes = Infinity, windowBits = 15) =>
    codec.createInflater({ windowBits, contextTakeover, maxMessageBytes });
  const deflater = (contextTakeover = true, windowBits = 15) =>
    codec.createDeflater({ windowBits, contextTakeover });

  test('inflates the vectors of RFC 7692 §7.2.3', () => {
    for (const payload of ['f248cdc9c90700', '000500faff48656c6c6f00', 'f348cdc9c9070000']) {
      assert.equal(through(inflater(), hex(payload)), utf8('Hello'), payload);
    }
    assert.equal(through(inflater(), hex('f24805000000ffffcac9c90700')), utf8('Hello'));
  });

  test('inflates a message cut into fragments (§7.2.3.1)', () => {
    assert.equal(through(inflater(), hex('f248cd'), hex('c9c90700')), utf8('Hello'));
    assert.equal(
      through(inflater(), hex(''), hex('f248cd'), hex(''), hex('c9c90700'), hex('')),
      utf8('Hello'),
    );
  });

  test('inflates empty messages (§7.2.3.6)', () => {
    assert.equal(through(inflater(), hex('00')), utf8(''));
    assert.equal(through(inflater(), hex('')), utf8(''));
    assert.equal(through(inflater(), hex(''), hex('')), utf8(''));
  });

  test('refers to the message before, with takeover only (§7.2.3.2)', () => {
    const withTakeover = inflater();
    assert.equal(through(withTakeover, hex('f248cdc9c90700')), utf8('Hello'));
    assert.equal(through(withTakeover, hex('f200110000')), utf8('Hello'));
    const without = inflater(false);
    assert.equal(through(without, hex('f248cdc9c90700')), utf8('Hello'));
    assert.throws(() => through(without, hex('f200110000')), closing(1007));
  });

  test('fails corrupt messages with 1007 (§7.2.2)', () => {
    for (const payload of ['07', 'f200110000', '000500000048656c6c6f00']) {
      assert.throws(() => through(inflater(), hex(payload)), closing(1007), payload);
    }
  });

  test('takes messages up to the limit and fails longer ones with 1009', () => {
    for (const length of [98, 99, 100, 101, 102, 103]) {
      const payload = through(deflater(), new Uint8Array(length));
      if (length <= 100) assert.is(through(inflater(true, 100), payload).length, length);
      else assert.throws(() => through(inflater(true, 100), payload), closing(1009), String(length));
    }
  });

  test('counts the limit for each message anew', () => {
    const limited = inflater(true, 5);
    for (let i = 0; i < 5; i++) assert.equal(through(limited, hex('f248cdc9c90700')), utf8('Hello'));
  });

  for (const contextTakeover of [true, false]) {
    for (let windowBits = codec.minWindowBits; windowBits <= 15; windowBits++) {
      test(`keeps to ${windowBits} bits ${contextTakeover ? 'with' : 'without'} takeover (§7.1.2)`, () => {
        const out = deflater(contextTakeover, windowBits);
        const back = inflater(contextTakeover, Infinity, windowBits);
        const strict = new StrictInflater(windowBits);
        for (const message of messages()) {
          const payload = through(out, message);
          if (!contextTakeover) strict.reset();
          assert.ok(same(strict.inflate(payload), message));
          assert.ok(same(through(back, payload), message));
        }
      });
    }
  }

  test('takes a message in parts, and gives the same to whoever cuts otherwise', () => {
    const out = deflater();
    const back = inflater();
    const strict = new StrictInflater(15);
    for (const [i, message] of messages().entries()) {
      const payload = through(out, ...cut(message, [1000, 1, 70_000, 333][i % 4]!));
      assert.ok(same(strict.inflate(payload), message));
      assert.ok(same(through(back, ...cut(payload, [3, 5000, 64][i % 3]!)), message));
    }
  });

  test('never ends a message with the tail (§7.2.1)', () => {
    const out = deflater();
    for (const message of messages()) {
      assert.not.equal(through(out, message).subarray(-4), hex('0000ffff'));
    }
  });

  test('refers to nothing before a reset', () => {
    const out = deflater();
    const hello = utf8('Hello, hello, hello, hello, hello, hello');
    const first = through(out, hello);
    assert.ok(through(out, hello).length < first.length);
    out.reset();
    assert.equal(through(out, hello), first);
    assert.equal(through(inflater(), first), hello);
  });

  test.run();
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function closing(closeCode: number): (error: unknown) => boolean {
  return error => (error as { closeCode?: number }).closeCode === closeCode;
}

codecSuite('built in', builtInCodec);
codecSuite('node:zlib', zlibCodec);
codecSuite('pako', pakoCodec);
