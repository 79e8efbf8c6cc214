import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WireChunk, WireFrame, WireMessage } from '../../../../demo/inspector/wire/items.ts';
import { WireTap } from '../../../../demo/inspector/wire/wire-tap.ts';
import { builtInCodec } from '../../../../lib/deflate/built-in-codec.ts';
import { every, rechunk } from '../../../../lib/testing.ts';
import { fromHex } from '../../../support/hex.ts';
import { framesWith, fromClient, fromServer } from '../../../support/named-frames.ts';
import { utf8 } from '../../../support/utf8.ts';

const test = suite('inspector: wire tap');

const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const bytes = (...values: number[]) => Uint8Array.from(values);
/** Unmasked frames, which a client receives. */
const hello = fromHex(fromServer.text('hello'));
const fragments = fromHex(
  fromServer.text('one', { fin: false }) + fromServer.ping('*') + fromServer.continuation('two'),
);

function tapped(chunks: Iterable<Uint8Array>, maxMessageBytes = 1000): { tap: WireTap; chunks: WireChunk[] } {
  const seen: WireChunk[] = [];
  const tap = new WireTap('client', { onChunk: chunk => seen.push(chunk) }, false);
  tap.open({ compression: undefined, maxMessageBytes });
  for (const chunk of chunks) tap.write(chunk);
  return { tap, chunks: seen };
}

const framesOf = (chunks: readonly WireChunk[]) =>
  [...new Set(chunks.flatMap(({ pieces }) => pieces.map(({ frame }) => frame)))] as WireFrame[];

const messagesOf = (chunks: readonly WireChunk[]) =>
  [...new Set(framesOf(chunks).map(({ message }) => message))] as WireMessage[];

test('cuts a chunk into the header and the payload of its frame', () => {
  const { chunks, tap } = tapped([hello]);
  assert.equal(
    chunks[0]!.pieces.map(({ kind, byteLength }) => [kind, byteLength]),
    [
      ['header', 2],
      ['payload', 5],
    ],
  );
  const [frame] = framesOf(chunks);
  assert.ok(frame!.complete);
  assert.is(frame!.message!.event!.text, 'hello');
  assert.equal(tap.counts, { chunks: 1, bytes: 7, frames: 1, messages: 1, events: 1 });
});

test('finds the same frames, messages and events however the bytes are cut', () => {
  for (const length of [1, 2, 3, 5, 100]) {
    const { chunks, tap } = tapped(rechunk(fragments, every(length)));
    const total = chunks.flatMap(({ pieces }) => pieces).reduce((sum, piece) => sum + piece.byteLength, 0);
    assert.is(total, fragments.length);
    assert.equal(
      framesOf(chunks).map(({ fields, message }) => [fields!.opcode, fields!.fin, message!.number]),
      [
        [1, false, 1],
        [9, true, 2],
        [0, true, 1],
      ],
    );
    const [text, ping] = messagesOf(chunks);
    assert.equal([text!.kind, text!.frames, text!.wireBytes, text!.event!.text], ['text', 2, 6, 'onetwo']);
    assert.equal([ping!.kind, ping!.event!.bytes], ['ping', bytes(0x2a)]);
    assert.equal([tap.counts.frames, tap.counts.messages, tap.counts.events], [3, 2, 2]);
  }
});

test('keeps the masking key, the payload as sent and the payload unmasked', () => {
  const seen: WireChunk[] = [];
  const tap = new WireTap('server', { onChunk: chunk => seen.push(chunk) }, false);
  tap.open({ compression: undefined, maxMessageBytes: 1000 });
  tap.write(fromHex(framesWith(bytes(1, 2, 3, 4)).text('hi')));
  const [frame] = framesOf(seen);
  assert.equal(frame!.fields!.maskingKey, bytes(1, 2, 3, 4));
  assert.equal(frame!.wirePayload.bytes, bytes(0x69, 0x6b));
  assert.equal(frame!.payload.bytes, utf8('hi'));
});

test('shows the opening handshake before the frames, in the same chunk too', () => {
  for (const length of [1, 7, 1000]) {
    const seen: WireChunk[] = [];
    const tap = new WireTap('server', { onChunk: chunk => seen.push(chunk) });
    for (const chunk of rechunk(utf8(request), every(length))) tap.write(chunk);
    tap.open({ compression: undefined, maxMessageBytes: 1000 });
    tap.write(fromHex(fromClient.text()));
    assert.is(seen[0]!.pieces[0]!.head!.text, request);
    assert.is(seen.at(-1)!.pieces[0]!.frame!.message!.event!.text, '');
  }
  const seen: WireChunk[] = [];
  const tap = new WireTap('server', { onChunk: chunk => seen.push(chunk) });
  tap.write(bytes(...utf8(request), ...fromHex(fromClient.text())));
  assert.is(seen.length, 1);
  tap.open({ compression: undefined, maxMessageBytes: 1000 });
  assert.equal(
    seen.flatMap(({ pieces }) => pieces.map(({ kind }) => kind)),
    ['head', 'header'],
  );
});

test('stops where the stage of the library stops, and ignores the rest', () => {
  const cases = [
    { input: fromHex(fromServer.text('', { rsv2: true })), stage: 'FrameDecoder', closeCode: 1002 },
    { input: fromHex(fromClient.text()), stage: 'FrameDecoder', closeCode: 1002 },
    { input: fromHex(fromServer.continuation()), stage: 'MessageAssembler', closeCode: 1002 },
    { input: fromHex(fromServer.binary('', { declared: 1001 })), stage: 'MessageAssembler', closeCode: 1009 },
    { input: fromHex(fromServer.text(bytes(0xc3, 0x28))), stage: 'EventDecoder', closeCode: 1007 },
    { input: fromHex(fromServer.close(1005)), stage: 'EventDecoder', closeCode: 1002 },
  ];
  for (const { input, stage, closeCode } of cases) {
    const { chunks } = tapped([hello, input, hello]);
    assert.is(chunks[0]!.stop, undefined);
    const stop = chunks[1]!.stop!;
    assert.equal([stop.stage, stop.error.closeCode], [stage, closeCode]);
    assert.equal(stop.frame!.header, input.subarray(0, stop.frame!.header.length));
    assert.equal(
      chunks[2]!.pieces.map(({ kind, byteLength }) => [kind, byteLength]),
      [['ignored', 7]],
    );
  }
});

test('ignores what follows a Close (§5.5.1)', () => {
  const { chunks, tap } = tapped([fromHex(fromServer.close(1000)), hello]);
  assert.is(messagesOf(chunks.slice(0, 1))[0]!.event!.closeCode, 1000);
  assert.is(chunks[1]!.pieces[0]!.kind, 'ignored');
  assert.is(tap.counts.events, 1);
});

test('counts a compressed message on the wire and decompressed', () => {
  const deflater = builtInCodec.createDeflater({ windowBits: 15, contextTakeover: true });
  deflater.write(utf8('a'.repeat(100)), true);
  const compressed = deflater.read()!.slice();
  const seen: WireChunk[] = [];
  const tap = new WireTap('client', { onChunk: chunk => seen.push(chunk) }, false);
  const agreement = {
    serverContextTakeover: true,
    clientContextTakeover: true,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  };
  tap.open({ compression: agreement, maxMessageBytes: 1000 });
  tap.write(fromHex(fromServer.text(compressed, { rsv1: true })));
  const [message] = messagesOf(seen);
  assert.equal(
    [message!.compressed, message!.wireBytes, message!.plainBytes],
    [true, compressed.length, 100],
  );
});

test('keeps no more than the beginning of a large payload', () => {
  const large = fromHex(fromServer.binary(new Uint8Array(10_000)));
  const { chunks } = tapped([large], 100_000);
  const [frame] = framesOf(chunks);
  assert.equal([frame!.payload.bytes.length, frame!.payload.total], [512, 10_000]);
  assert.is(chunks[0]!.bytes.length, 512);
  assert.is(frame!.message!.event!.bytes.length, 512);
});

test.run();
