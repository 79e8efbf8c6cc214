import { inflateSync } from 'fflate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Deflater } from '../../lib/deflate/deflater.ts';
import type { InflateFunction, InflateFunctionOptions } from '../../lib/deflate/dictionary-codec.ts';
import { DictionaryInflater, dictionaryInflaterBytes } from '../../lib/deflate/dictionary-inflater.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { hello, messageEnd, storedBlock } from '../support/deflate-blocks.ts';
import { fromHex } from '../support/hex.ts';
import { cut, piecesOf, through } from '../support/messages-through.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('DictionaryInflater');

/** Decompresses a stream up to its first final block, as a library does. */
const decode = (stream: Uint8Array, { dictionary }: Pick<InflateFunctionOptions, 'dictionary'>): Uint8Array =>
  inflateSync(stream, dictionary ? { dictionary } : {});

function* inPieces(output: Uint8Array, size: number): Generator<Uint8Array> {
  const reused = new Uint8Array(size);
  for (const piece of cut(output, size)) {
    reused.set(piece);
    yield reused.subarray(0, piece.length);
    reused.fill(0xee);
  }
}

const inflater = (inflate: InflateFunction, maxMessageBytes = Infinity, contextTakeover = true) =>
  new DictionaryInflater(inflate, { windowBits: 15, contextTakeover, maxMessageBytes });

const deflated = (message: Uint8Array) =>
  through(new Deflater({ windowBits: 15, contextTakeover: true }), message);

function closing(closeCode: number): (error: unknown) => boolean {
  return error => (error as { closeCode?: number }).closeCode === closeCode;
}

test('passes a complete stream once for each message, with the bytes before it', () => {
  const dictionaries: (string | undefined)[] = [];
  const machine = inflater((stream, options) => {
    assert.equal([options.windowBits, options.maxBytes], [15, 108]);
    assert.equal(stream.subarray(-5), storedBlock('', { final: true }));
    dictionaries.push(options.dictionary && String.fromCharCode(...options.dictionary));
    return decode(stream, options);
  }, 100);
  for (const payload of [hello.fixed, hello.again, new Uint8Array(0), hello.again])
    assert.equal(through(machine, payload), utf8(payload.length === 0 ? '' : 'Hello'));
  assert.equal(dictionaries, [undefined, 'Hello', 'HelloHello']);
});

test('passes no bytes before a message without takeover', () => {
  const machine = inflater(
    (stream, options) => {
      assert.not('dictionary' in options);
      return decode(stream, options);
    },
    Infinity,
    false,
  );
  for (let i = 0; i < 3; i++) assert.equal(through(machine, hello.fixed), utf8('Hello'));
  assert.throws(() => through(machine, hello.again), closing(1007));
});

test('joins copies of the parts of a message', () => {
  const machine = inflater(decode);
  const part = hello.fixed.slice(0, 3);
  machine.write(part, false);
  assert.is(machine.read(), undefined);
  part.fill(0);
  assert.equal(through(machine, hello.fixed.subarray(3), new Uint8Array(0)), utf8('Hello'));
});

test('outputs pieces of 64 KiB that outlive the next call of the function', () => {
  const reused = new Uint8Array(200_008);
  const reusing: InflateFunction = (stream, options) => {
    const output = decode(stream, options);
    reused.set(output);
    return reused.subarray(0, output.length);
  };
  const [one, other] = [inflater(reusing), inflater(reusing)];
  one.write(deflated(new Uint8Array(200_000).fill(1)), true);
  const first = one.read()!;
  assert.is(first.length, 65_536);
  through(other, deflated(new Uint8Array(200_000).fill(2)));
  const rest = [...piecesOf(one)];
  assert.equal(
    rest.map(piece => piece.length),
    [65_536, 65_536, 3392],
  );
  assert.ok([first, ...rest].every(piece => piece.every(byte => byte === 1)));
  assert.not(one.busy);
});

test('reads output in pieces, and is busy after 64 KiB or eight pieces', () => {
  const message = Uint8Array.from({ length: 200_000 }, (_, i) => i * i);
  const payload = deflated(message);
  for (const [size, rests] of [
    [100, 250],
    [20_000, 2],
    [300_000, 1],
  ] as const) {
    const machine = inflater((stream, options) => inPieces(decode(stream, options), size));
    machine.write(payload, true);
    let count = 0;
    const pieces: Uint8Array[] = [];
    for (let piece = machine.read(); piece !== undefined || machine.busy; piece = machine.read()) {
      if (piece === undefined) count++;
      else pieces.push(piece.slice());
    }
    assert.equal(concatenated(pieces), message);
    assert.is(count, rests);
    assert.equal(through(machine, hello.fixed), utf8('Hello'));
  }
});

test('reads no more pieces than the limit and one', () => {
  let asked = 0;
  const machine = inflater((stream, options) => {
    const pieces = inPieces(decode(stream, options), 1000);
    return {
      [Symbol.iterator]: () => ({
        next: () => {
          asked++;
          return pieces.next();
        },
      }),
    };
  }, 5000);
  assert.throws(() => through(machine, deflated(new Uint8Array(100_000))), closing(1009));
  assert.is(asked, 6);
});

test('accepts a message of exactly the limit, in one piece or in many', () => {
  for (const size of [1, 7, 1000]) {
    const inflate: InflateFunction = (stream, options) => inPieces(decode(stream, options), size);
    for (const each of [decode, inflate]) {
      assert.is(through(inflater(each, 100), deflated(new Uint8Array(100))).length, 100);
      for (const length of [101, 107, 108, 109])
        assert.throws(() => through(inflater(each, 100), deflated(new Uint8Array(length))), closing(1009));
    }
  }
});

test('uses the built-in decompressor for messages that the function cannot decompress', () => {
  const failing: InflateFunction = () => {
    throw new Error('cannot');
  };
  function* failingLater(): Generator<Uint8Array> {
    yield utf8('Hel');
    throw new Error('cannot');
  }
  for (const inflate of [failing, failingLater, () => utf8('Hel'), () => new Uint8Array(0)]) {
    const machine = inflater(inflate, 70_000);
    assert.equal(through(machine, hello.fixed), utf8('Hello'));
    assert.equal(through(machine, hello.again), utf8('Hello'));
    assert.is(through(machine, deflated(new Uint8Array(70_000))).length, 70_000);
    assert.throws(() => through(inflater(inflate, 70_000), deflated(new Uint8Array(70_001))), closing(1009));
    assert.throws(() => through(inflater(inflate), fromHex('07')), closing(1007));
  }
});

test('decompresses after a final block of the peer with all bytes before it (RFC 7692 §7.2.3.4)', () => {
  const machine = inflater(decode);
  assert.equal(through(machine, hello.fixed), utf8('Hello'));
  const [finalHello, finalAgain] = [hello.final.subarray(0, -1), fromHex('f3001100')];
  assert.equal(through(machine, concatenated([finalHello, hello.again])), utf8('HelloHello'));
  assert.equal(through(machine, concatenated([finalAgain, messageEnd])), utf8('Hello'));
  assert.equal(through(machine, hello.again), utf8('Hello'));
});

test('accepts the payload of an empty message', () => {
  const machine = inflater(decode);
  assert.equal(through(machine, messageEnd), utf8(''));
  assert.equal(through(machine, hello.fixed), utf8('Hello'));
});

test('is not deceived by a stored block that contains its mark', () => {
  // A final block of 12 bytes: four lengths and the mark.
  assert.throws(
    () => through(inflater(decode), storedBlock('', { final: true, declared: 12 })),
    closing(1007),
  );
});

test('accepts a message that ends like a stored block with its mark', () => {
  const message = fromHex('0102 0800f7ff');
  assert.equal(through(inflater(decode), deflated(message)), message);
});

test('holds the window twice', () => {
  assert.is(dictionaryInflaterBytes(15), 65_536);
});

test.run();
