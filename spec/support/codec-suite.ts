// The suite that every codec must pass: RFC 7692 §7.2. It runs on every host of the codec.

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import type { DeflateCodec } from '../../lib/deflate/codec.ts';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import { broadcast } from '../../lib/sockets/broadcast.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { PreparedMessage } from '../../lib/sockets/prepared-message.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { droppedTail, emptyFinalBlock, hello, messageEnd, storedBlock } from './deflate-blocks.ts';
import { fromHex, hex } from './hex.ts';
import { cut, piecesOf, through } from './messages-through.ts';
import { Random } from './random.ts';
import { StrictInflater } from './strict-inflater.ts';
import { utf8 } from './utf8.ts';

/** The differences between a codec and the built-in one. */
export interface CodecSubject {
  readonly codec: DeflateCodec;
  /** Whether it rejects all corrupt data. */
  readonly strict: boolean;
}

const words = ['{"id":', '"name":"', 'frame', ' payload ', '0.25', ',', '"}', 'äöü'];

function text(random: Random, length: number): Uint8Array {
  let all = '';
  while (all.length < length) all += random.pick(words);
  return utf8(all.slice(0, length));
}

const noise = (random: Random, length: number) => Uint8Array.from({ length }, () => random.below(256));

/** Messages of many kinds and lengths. */
function messages(): Uint8Array[] {
  const random = new Random(7692);
  return [
    utf8(''),
    utf8('a'),
    utf8('Hello'),
    text(random, 64),
    noise(random, 3),
    utf8(''),
    utf8(''),
    text(random, 500),
    noise(random, 400),
    new Uint8Array(70_000),
    text(random, 40_000),
    noise(random, 66_000),
    text(random, 64),
    text(random, 150_000),
  ];
}

/** Returns the close code with which the work fails, or its result. */
function outcome(work: () => Uint8Array): Uint8Array | number {
  try {
    return work();
  } catch (error) {
    assert.is((error as Error).name, 'WebSocketError');
    return (error as { closeCode: number }).closeCode;
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function closing(closeCode: number): (error: unknown) => boolean {
  return error => (error as { closeCode?: number }).closeCode === closeCode;
}

/** Runs the suite for a codec. */
export function codecSuite(name: string, { codec, strict }: CodecSubject): void {
  const test = suite(`DeflateCodec: ${name}`);
  const inflater = (contextTakeover = true, maxMessageBytes = Infinity, windowBits = 15) =>
    codec.createInflater({ windowBits, contextTakeover, maxMessageBytes });
  const deflater = (contextTakeover = true, windowBits = 15) =>
    codec.createDeflater({ windowBits, contextTakeover });
  const strictly = (maxMessageBytes = Infinity) =>
    builtInCodec.createInflater({ windowBits: 15, contextTakeover: true, maxMessageBytes });

  test('gives nothing before it is given something, and between messages', () => {
    for (const machine of [inflater(), deflater()]) {
      assert.is(machine.read(), undefined);
      through(machine, hello.fixed);
      assert.is(machine.read(), undefined);
    }
  });

  test('inflates the vectors of RFC 7692 §7.2.3', () => {
    for (const payload of [hello.fixed, hello.stored, hello.final, hello.inTwoBlocks]) {
      assert.equal(through(inflater(), payload), utf8('Hello'), hex(payload));
    }
  });

  test('inflates a message cut into fragments (§7.2.3.1)', () => {
    assert.equal(through(inflater(), hello.fixed.subarray(0, 3), hello.fixed.subarray(3)), utf8('Hello'));
    assert.equal(
      through(
        inflater(),
        new Uint8Array(0),
        hello.fixed.subarray(0, 3),
        new Uint8Array(0),
        hello.fixed.subarray(3),
        new Uint8Array(0),
      ),
      utf8('Hello'),
    );
  });

  test('inflates empty messages (§7.2.3.6)', () => {
    const machine = inflater();
    const nothing = new Uint8Array(0);
    for (const parts of [[messageEnd], [nothing], [nothing, nothing], [messageEnd, nothing]]) {
      assert.equal(through(machine, ...parts), utf8(''));
    }
    assert.equal(through(machine, hello.fixed), utf8('Hello'));
  });

  test('refers to the message before, with takeover only (§7.2.3.2)', () => {
    const withTakeover = inflater();
    assert.equal(through(withTakeover, hello.fixed), utf8('Hello'));
    assert.equal(through(withTakeover, hello.again), utf8('Hello'));
    const without = inflater(false);
    assert.equal(through(without, hello.fixed), utf8('Hello'));
    assert.throws(() => through(without, hello.again), closing(1007));
  });

  test('keeps the messages of connections apart, with and without takeover', () => {
    for (const contextTakeover of [true, false]) {
      const [one, other] = [deflater(contextTakeover), deflater(contextTakeover)];
      const [back, otherBack] = [inflater(contextTakeover), inflater(contextTakeover)];
      for (const message of messages().slice(0, 9)) {
        const payload = through(one, message);
        const reversed = through(other, message.slice().reverse());
        assert.ok(same(through(back, payload), message));
        assert.ok(same(through(otherBack, reversed), message.slice().reverse()));
      }
    }
  });

  test('works on two messages in turn', () => {
    for (const contextTakeover of [true, false]) {
      const payload = through(deflater(contextTakeover), text(new Random(1), 300_000));
      const parts = cut(payload, 1000);
      const both = [inflater(contextTakeover), inflater(contextTakeover)];
      const pieces: Uint8Array[][] = [[], []];
      parts.forEach((part, i) => {
        both.forEach((machine, j) => {
          machine.write(part, i === parts.length - 1);
          for (const piece of piecesOf(machine)) pieces[j]!.push(piece.slice());
        });
      });
      for (const each of pieces) assert.ok(same(concatenated(each), text(new Random(1), 300_000)));
    }
  });

  test('inflates messages with final blocks in any place (§7.2.3.4)', () => {
    const random = new Random(1951);
    /** Blocks that end at a byte boundary, or are final, and their output after "Hello". */
    const blocks: [block: Uint8Array, text: string][] = [
      [hello.final.subarray(0, -1), 'Hello'],
      [concatenated([hello.fixed, droppedTail]), 'Hello'],
      [fromHex('f3001100'), 'Hello'],
      [storedBlock('Hello', { final: true }), 'Hello'],
      [storedBlock('Hello'), 'Hello'],
      [storedBlock('', { final: true }), ''],
      [emptyFinalBlock, ''],
    ];
    for (const contextTakeover of [true, false]) {
      const machine = inflater(contextTakeover);
      for (let i = 0; i < 60; i++) {
        const chosen = [
          blocks[i % 2]!,
          ...Array.from({ length: random.below(6) }, () => random.pick(blocks)),
        ];
        const payload = [...chosen.map(([block]) => block), Uint8Array.of(random.pick([0, 1]))];
        const parts = i % 3 === 0 ? cut(concatenated(payload), 1 + random.below(9)) : [concatenated(payload)];
        assert.equal(through(machine, ...parts), utf8(chosen.map(([, text]) => text).join('')));
        if (contextTakeover) assert.equal(through(machine, hello.again), utf8('Hello'));
      }
    }
  });

  test('refuses a message that ends with a final block and nothing after it (§7.2.3.4)', () => {
    assert.throws(() => through(inflater(), hello.final.subarray(0, -1)), closing(1007));
    assert.throws(() => through(inflater(), storedBlock('', { final: true })), closing(1007));
  });

  test('takes a message of many final blocks', () => {
    const payload = concatenated([...new Array<Uint8Array>(5000).fill(emptyFinalBlock), hello.fixed]);
    assert.equal(through(inflater(), payload), utf8('Hello'));
  });

  test('fails what is cut off with 1007, wherever it is cut (§7.2.2)', () => {
    const random = new Random(3);
    for (const message of [utf8('Hello'), text(random, 300), noise(random, 50), text(random, 3000)]) {
      const payload = through(deflater(), message);
      for (let length = 1; length < payload.length; length += 1 + (payload.length >> 7)) {
        const part = payload.subarray(0, length);
        assert.equal(
          outcome(() => through(inflater(), part)),
          outcome(() => through(strictly(), part)),
        );
      }
    }
  });

  test('does not take a stored block of the peer for the end of the message', () => {
    for (const payload of [
      storedBlock('', { final: true, declared: 12 }),
      storedBlock('', { final: true, declared: 17 }),
      storedBlock('', { final: true, declared: 4 }),
      storedBlock('\0', { final: true, declared: 13 }),
      storedBlock('', { declared: 12 }),
    ]) {
      assert.throws(() => through(inflater(), payload), closing(1007), hex(payload));
    }
  });

  test('fails corrupt messages with 1007 (§7.2.2)', () => {
    const wrongComplement = fromHex('00 0500 0000 48656c6c6f 00');
    const refused = [Uint8Array.of(7), hello.again, ...(strict ? [wrongComplement] : [])];
    for (const payload of refused)
      assert.throws(() => through(inflater(), payload), closing(1007), hex(payload));
  });

  test('judges messages with a wrong bit as the built-in codec does', () => {
    const random = new Random(5);
    for (let i = 0; i < 400; i++) {
      const payload = through(
        builtInCodec.createDeflater({ windowBits: 15, contextTakeover: true }),
        text(random, 400),
      );
      payload[random.below(payload.length)]! ^= 1 << random.below(8);
      const expected = outcome(() => through(strictly(10_000), payload));
      const actual = outcome(() => through(inflater(true, 10_000), payload));
      if (strict || typeof expected !== 'number') assert.equal(actual, expected);
    }
  });

  test('takes messages up to the limit and fails longer ones with 1009', () => {
    for (const length of [0, 1, 99, 100, 101, 107, 108, 109, 200]) {
      const payload = through(deflater(), new Uint8Array(length));
      if (length <= 100) assert.is(through(inflater(true, 100), payload).length, length);
      else assert.throws(() => through(inflater(true, 100), payload), closing(1009), String(length));
    }
  });

  test('counts the limit for each message anew', () => {
    const limited = inflater(true, 5);
    for (let i = 0; i < 5; i++) assert.equal(through(limited, hello.fixed), utf8('Hello'));
  });

  test('gives no more of a bomb than the limit, in pieces of 64 KiB', () => {
    const payload = through(
      builtInCodec.createDeflater({ windowBits: 15, contextTakeover: true }),
      new Uint8Array(2 ** 23),
    );
    for (const parts of [[payload], cut(payload, 100)]) {
      const machine = inflater(true, 2 ** 20);
      let given = 0;
      assert.throws(() => {
        parts.forEach((part, i) => {
          machine.write(part, i === parts.length - 1);
          for (const { length } of piecesOf(machine)) {
            assert.ok(length > 0 && length <= 65_536);
            given += length;
          }
        });
      }, closing(1009));
      assert.ok(given <= 2 ** 20);
    }
  });

  test('compresses in pieces that the budget of a task allows for', () => {
    const machine = deflater();
    machine.write(noise(new Random(1), 2 ** 20), true);
    for (const { length } of piecesOf(machine)) assert.ok(length > 0 && length <= 2 ** 18);
    assert.is(machine.read(), undefined);
  });

  for (const contextTakeover of [true, false]) {
    for (let windowBits = codec.minWindowBits; windowBits <= 15; windowBits++) {
      test(`keeps to ${windowBits} bits ${contextTakeover ? 'with' : 'without'} takeover (§7.1.2)`, () => {
        const out = deflater(contextTakeover, windowBits);
        const back = inflater(contextTakeover, Infinity, windowBits);
        const strictly = new StrictInflater(windowBits);
        for (const message of messages()) {
          const payload = through(out, message);
          if (!contextTakeover) strictly.reset();
          assert.ok(same(strictly.inflate(payload), message));
          assert.ok(same(through(back, payload), message));
        }
      });
    }
  }

  test('inflates what has been compressed with any window', () => {
    for (let windowBits = 8; windowBits <= 15; windowBits++) {
      const out = builtInCodec.createDeflater({ windowBits, contextTakeover: true });
      const back = inflater(true, Infinity, windowBits);
      for (const message of messages()) assert.ok(same(through(back, through(out, message)), message));
    }
  });

  test('takes a message in parts, and gives the same if it is cut otherwise', () => {
    const out = deflater();
    const back = inflater();
    const strictly = new StrictInflater(15);
    for (const [i, message] of messages().entries()) {
      const payload = through(out, ...cut(message, message.length < 1000 ? 1 : [1000, 70_000, 333][i % 3]!));
      assert.ok(same(strictly.inflate(payload), message));
      assert.ok(same(through(back, ...cut(payload, [3, 5000, 64][i % 3]!)), message));
    }
  });

  test('ends a message with an empty part', () => {
    const out = deflater();
    for (const message of [utf8('Hello'), new Uint8Array(65_536), noise(new Random(1), 70_000)]) {
      const payload = through(out, message, new Uint8Array(0));
      assert.not.equal(payload.subarray(-4), droppedTail);
      assert.ok(same(through(strictly(), payload), message));
      out.reset();
    }
  });

  test('never ends a message with the tail (§7.2.1)', () => {
    const out = deflater();
    for (const message of messages()) {
      const payload = through(out, message);
      assert.ok(payload.length > 0);
      assert.not.equal(payload.subarray(-4), droppedTail);
    }
  });

  test('refers to nothing before a reset', () => {
    const out = deflater();
    out.reset();
    const greeting = utf8('Hello, hello, hello, hello, hello, hello');
    const first = through(out, greeting);
    assert.ok(through(out, greeting).length < first.length);
    out.reset();
    assert.equal(through(out, greeting), first);
    assert.equal(through(inflater(), first), greeting);
  });

  test('says how much memory it takes, more for a larger window', () => {
    for (const bytes of [codec.deflaterBytes, codec.inflaterBytes]) {
      const sizes = [9, 12, 15].map(windowBits => bytes(windowBits));
      assert.ok(sizes.every((size, i) => size > 2 ** [9, 12, 15][i]! && size < 2 ** 20));
      assert.equal(
        sizes,
        [...sizes].sort((a, b) => a - b),
      );
    }
  });

  test('compresses prepared messages', () => {
    const message = new PreparedMessage('the same words again, '.repeat(20));
    for (const windowBits of [codec.minWindowBits, 15]) {
      const part = message.part({ codec, windowBits });
      assert.is(part.compressed, true);
      assert.is(through(inflater(), part.payload as Uint8Array).length, message.byteLength);
    }
  });

  for (const contextTakeover of [true, false]) {
    test(`serves both ends of a WebSocket, ${contextTakeover ? 'with' : 'without'} takeover`, async () => {
      const deflate = {
        codec,
        serverContextTakeover: contextTakeover,
        clientContextTakeover: contextTakeover,
        thresholdBytes: 0,
      };
      const [here, there] = duplexPair();
      const [client, server] = await Promise.all([
        connectWebSocket(here, 'ws://localhost/', { deflate }),
        acceptWebSocket(there, { deflate }),
      ]);
      assert.is(client.compression!.serverContextTakeover, contextTakeover);
      const echoes = echo(server);
      const writer = client.writable.getWriter();
      const reader = client.readable.getReader();
      const prepared = new PreparedMessage('prepared, '.repeat(50));
      for (const message of [
        '',
        'Hello',
        'Hello',
        '1234567890'.repeat(30_000),
        new Uint8Array(100_000),
        'Hello',
      ]) {
        void writer.write(message);
        assert.equal((await reader.read()).value, message);
        broadcast([client], prepared);
        assert.is((await reader.read()).value, 'prepared, '.repeat(50));
      }
      client.close({ closeCode: 1000 });
      assert.is((await client.closed).closeCode, 1000);
      await echoes;
    });
  }

  if (codec.minWindowBits > 8) {
    test('leaves out compression if the peer asks for a smaller window than it has (§7.1.2)', async () => {
      for (const [ofClient, ofServer] of [
        [{ codec, thresholdBytes: 0 }, { clientMaxWindowBits: 8 }],
        [{ serverMaxWindowBits: 8 }, { codec, thresholdBytes: 0 }],
      ]) {
        const [here, there] = duplexPair();
        const [client, server] = await Promise.all([
          connectWebSocket(here, 'ws://localhost/', { deflate: ofClient! }),
          acceptWebSocket(there, { deflate: ofServer! }),
        ]);
        const echoes = echo(server);
        const reader = client.readable.getReader();
        const writer = client.writable.getWriter();
        for (const message of ['Hello', 'again and again '.repeat(100)]) {
          void writer.write(message);
          assert.is((await reader.read()).value, message);
        }
        const [compresses] = ofClient?.codec ? [client] : [server];
        assert.is(compresses.stats().sent.ratio, undefined);
        client.close({ closeCode: 1000 });
        await client.closed;
        await echoes;
      }
    });
  }

  test.run();
}

/** Echoes messages until the peer closes. */
async function echo({ readable, writable }: OpenWebSocket): Promise<void> {
  const writer = writable.getWriter();
  for await (const message of readable) await writer.write(message);
}
