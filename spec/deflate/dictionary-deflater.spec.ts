import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeflateFunction } from '../../lib/deflate/dictionary-codec.ts';
import { DictionaryDeflater, dictionaryDeflaterBytes } from '../../lib/deflate/dictionary-deflater.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { hello, messageEnd, storedBlock } from '../support/deflate-blocks.ts';
import { cut, piecesOf, through } from '../support/messages-through.ts';
import { StrictInflater } from '../support/strict-inflater.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('DictionaryDeflater');

const tail = storedBlock('');

/** A library that stores, and its calls: the data, and the bytes before them. */
function library(): { deflate: DeflateFunction; calls: [data: string, dictionary: string | undefined][] } {
  const calls: [string, string | undefined][] = [];
  const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
  return {
    calls,
    deflate(data, { windowBits, dictionary }) {
      assert.is(windowBits, 9);
      calls.push([data.length > 100 ? `${data.length}` : text(data), dictionary && text(dictionary)]);
      return concatenated([...cut(data, 65_535).map(part => storedBlock(part)), tail]);
    },
  };
}

const deflater = (deflate: DeflateFunction, contextTakeover = true) =>
  new DictionaryDeflater(deflate, { windowBits: 9, contextTakeover });

test('passes the bytes before a message, up to the window, with takeover only', () => {
  for (const contextTakeover of [true, false]) {
    const { deflate, calls } = library();
    const machine = deflater(deflate, contextTakeover);
    for (const message of ['one', 'two', 'three']) through(machine, utf8(message));
    const known = contextTakeover ? [undefined, 'one', 'onetwo'] : [undefined, undefined, undefined];
    assert.equal(calls, [
      ['one', known[0]],
      ['two', known[1]],
      ['three', known[2]],
    ]);
    machine.write(new Uint8Array(600).fill(97), true);
    machine.read();
    through(machine, utf8('b'));
    assert.is(calls.at(-1)![1], contextTakeover ? 'a'.repeat(512) : undefined);
  }
});

test('removes the tail only at the end of a message (RFC 7692 §7.2.1)', () => {
  const { deflate } = library();
  assert.equal(through(deflater(deflate), utf8('Hello')), hello.stored);
  const machine = deflater(deflate);
  machine.write(new Uint8Array(65_537), true);
  const pieces = [...piecesOf(machine)].map(piece => piece.slice());
  assert.equal(
    pieces.map(piece => piece.length),
    [65_535 + 5 + 1 + 5 + 5, 1 + 5 + 1],
  );
  assert.equal(pieces[0]!.subarray(-5), tail);
});

test('compresses a long message in slices of 64 KiB, each with the bytes before it', () => {
  for (const contextTakeover of [true, false]) {
    const { deflate, calls } = library();
    const message = new Uint8Array(150_000).fill(98);
    const payload = through(deflater(deflate, contextTakeover), message);
    assert.equal(calls, [
      ['65536', undefined],
      ['65536', 'b'.repeat(512)],
      ['18928', 'b'.repeat(512)],
    ]);
    assert.equal(new StrictInflater(9).inflate(payload), message);
  }
});

test('joins small parts', () => {
  const { deflate, calls } = library();
  const machine = deflater(deflate);
  assert.equal(
    through(machine, ...cut(utf8('gather these'), 1)),
    concatenated([storedBlock('gather these'), messageEnd]),
  );
  assert.equal(calls, [['gather these', undefined]]);
  const parts = cut(new Uint8Array(200_000), 1000);
  assert.equal(new StrictInflater(9).inflate(through(machine, ...parts)), concatenated(parts));
  assert.is(calls.length, 1 + 4);
});

test('copies the parts that it joins', () => {
  const { deflate, calls } = library();
  const machine = deflater(deflate);
  const part = utf8('one');
  machine.write(part, false);
  assert.is(machine.read(), undefined);
  part.fill(120);
  through(machine, utf8('two'));
  assert.is(calls[0]![0], 'onetwo');
});

test('never calls the function without data', () => {
  const { deflate, calls } = library();
  const machine = deflater(deflate);
  assert.equal(through(machine, utf8('')), messageEnd);
  assert.equal(through(machine, utf8(''), utf8('')), messageEnd);
  const payload = through(machine, new Uint8Array(65_536), utf8(''));
  assert.equal(payload.subarray(-6), concatenated([storedBlock(''), messageEnd]));
  assert.is(calls.length, 1);
});

test('outputs nothing before a part is written', () => {
  assert.is(deflater(library().deflate).read(), undefined);
});

test('refers to nothing before a reset', () => {
  const { deflate, calls } = library();
  const machine = deflater(deflate);
  through(machine, utf8('one'));
  machine.reset();
  through(machine, utf8('two'));
  assert.is(calls[1]![1], undefined);
});

test('rejects a library that does not flush', () => {
  for (const blocks of [new Uint8Array(0), hello.fixed, hello.final.subarray(0, -1)]) {
    assert.throws(
      () =>
        through(
          deflater(() => blocks),
          utf8('Hello'),
        ),
      (error: Error) =>
        error.constructor === Error && error.message.startsWith('deflate must end its output'),
    );
  }
});

test('holds the window twice and a slice', () => {
  assert.is(dictionaryDeflaterBytes(15), 131_072);
});

test.run();
