import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { behaviourOf } from './conformance/behaviour.ts';
import { join, pieces, utf8 } from './conformance/bytes.ts';
import { continuation, fragments, frame, ping, text } from './conformance/frame.ts';
import { FrameReader } from './conformance/frame-reader.ts';
import { allCases, groupOf, groupTitles } from './conformance/groups/index.ts';
import { faultOfAnswer } from './conformance/negotiation.ts';
import { Outgoing } from './conformance/outgoing.ts';
import { fromHex } from './support/hex.ts';
import { fromMaskingClient } from './support/named-frames.ts';

const test = suite('the conformance suite');
const cases = allCases({ rounds: 1000, largest: 16 * 1024 * 1024 });

test('has the 517 cases of Autobahn, group by group', () => {
  const counts = new Map<string, number>();
  for (const { id } of cases) counts.set(groupOf(id), (counts.get(groupOf(id)) ?? 0) + 1);
  const expected = { 1: 16, 2: 11, 3: 7, 4: 10, 5: 20, 6: 145, 7: 37, 9: 54, 10: 1, 12: 90, 13: 126 };
  for (const [group, count] of Object.entries(expected)) assert.is(counts.get(group), count, group);
  assert.equal([...counts.keys()].sort(), Object.keys(groupTitles).sort());
});

test('gives every case a unique id', () => {
  assert.is(new Set(cases.map(({ id }) => id)).size, cases.length);
});

test('describes the behaviour that a case requires', () => {
  const behaviour = (id: string) => behaviourOf(cases.find(test => test.id === id)!);
  assert.is(behaviour('1.1.1'), 'replies, and closes cleanly');
  assert.is(behaviour('2.5'), 'fails with 1002');
  assert.is(behaviour('7.1.2'), 'closes cleanly');
  assert.is(behaviour('7.5.1'), 'fails with 1002 or 1007');
  assert.is(behaviour('20.16'), 'replies, and fails with 1002');
  assert.is(behaviour('24.4.3'), 'refuses with 400 or 405 or 501 or no response');
  assert.is(behaviour('25.2.1'), 'refuses the response');
  assert.is(behaviour('29.2.1'), 'ends the connection');
});

test('masks frames in chunks of any length', () => {
  const frames = [text('Hello'), text('', { fin: false }), ping('x'), continuation('*'.repeat(70_000))];
  for (const size of [1, 3, 7, 1e6]) {
    const outgoing = new Outgoing('client');
    const masked = pieces(join(frames), size).map(piece => outgoing.push(piece));
    const read = [...new FrameReader(true).read(join(masked))];
    assert.equal(
      read.map(({ payload }) => payload.length),
      [5, 0, 1, 70_000],
    );
    assert.equal(read[0]!.payload, utf8('Hello'));
    assert.is(new Set(read.map(({ key }) => key)).size, 4);
  }
});

test('reads frames byte by byte, and rejects frames that a sender must not send', () => {
  const reader = new FrameReader(false);
  const read = pieces(join(fragments(1, 'Hello', 2)), 1).flatMap(byte => [...reader.read(byte)]);
  assert.equal(
    read.map(({ fin }) => fin),
    [false, false, true],
  );
  for (const [bytes, reason] of [
    [fromHex(fromMaskingClient.text()), /masked/],
    [text('', { rsv: 2 }), /RSV2/],
    [frame(3), /reserved opcode 3/],
    [ping('', { fin: false }), /control/],
    [text('', { declared: 5, lengthBytes: 2 }), /longer length field/],
  ] as const) {
    assert.throws(() => [...new FrameReader(false).read(bytes)], reason);
  }
});

test('accepts only answers that fit an offer (RFC 7692 §7.1)', () => {
  const offer = 'permessage-deflate; server_max_window_bits=10; client_max_window_bits';
  assert.is(faultOfAnswer(offer, undefined), undefined);
  assert.is(faultOfAnswer(offer, 'permessage-deflate; server_max_window_bits=9'), undefined);
  for (const wrong of ['', '; server_max_window_bits=11', '; server_max_window_bits=08', '; foo']) {
    assert.type(faultOfAnswer(offer, `permessage-deflate${wrong}`), 'string');
  }
  assert.type(faultOfAnswer('permessage-deflate', 'permessage-deflate; client_max_window_bits=9'), 'string');
});

test.run();
