import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  checkFrameHeader,
  type FrameHeader,
  type FrameRules,
  maxControlBytes,
  maxHeaderBytes,
  parseFrameHeader,
} from '../../lib/frames/frame-header.ts';
import { assertViolation, type Violation } from '../support/assert-violation.ts';
import { fromHex } from '../support/bytes.ts';
import { thrownBy } from '../support/reading.ts';
import * as violations from '../support/violations.ts';

const test = suite('parseFrameHeader');

function parse(hex: string): FrameHeader | undefined {
  const bytes = fromHex(hex);
  return parseFrameHeader(bytes, 0, bytes.length);
}

const unmaskedText = { fin: true, rsv: 0, opcode: 1, masked: false, maskingKey: 0, canonical: true };

test('reads every bit of the first byte (§5.2)', () => {
  for (let byte = 0; byte < 256; byte++) {
    const header = parseFrameHeader(Uint8Array.of(byte, 0), 0, 2)!;
    assert.is(header.fin, byte >= 128, String(byte));
    assert.is(header.rsv, (byte & 0x70) / 16, String(byte));
    assert.is(header.opcode, byte % 16, String(byte));
  }
});

test('reads lengths of 7, 16 and 64 bits in network order (§5.2)', () => {
  const lengths: [hex: string, payloadBytes: number, headerBytes: number][] = [
    ['8100', 0, 2],
    ['8101', 1, 2],
    ['817d', 125, 2],
    ['817e 007e', 126, 4],
    ['817e 0102', 258, 4],
    ['817e ffff', 65_535, 4],
    ['817f 0000000000010000', 65_536, 10],
    ['817f 0000000080000000', 2 ** 31, 10],
    ['817f 00000000ffffffff', 2 ** 32 - 1, 10],
    ['817f 0000000100000000', 2 ** 32, 10],
    ['817f 0000000100000005', 2 ** 32 + 5, 10],
    ['817f 0102030405060708', 0x01020304 * 2 ** 32 + 0x05060708, 10],
    ['817f 001fffffffffffff', 2 ** 53 - 1, 10],
    ['817f 0020000000000000', 2 ** 53, 10],
    ['817f 7fffffffffffffff', 2 ** 63, 10],
  ];
  for (const [hex, payloadBytes, headerBytes] of lengths) {
    assert.equal(parse(hex), { ...unmaskedText, payloadBytes, headerBytes }, hex);
  }
});

test('reads the masking key after a length of any form (§5.2)', () => {
  const maskingKey = 0x3d21fa37;
  const masked = { ...unmaskedText, masked: true, maskingKey };
  assert.equal(parse('8185 37fa213d'), { ...masked, payloadBytes: 5, headerBytes: 6 });
  assert.equal(parse('8180 37fa213d'), { ...masked, payloadBytes: 0, headerBytes: 6 });
  assert.equal(parse('81fe 0100 37fa213d'), { ...masked, payloadBytes: 256, headerBytes: 8 });
  assert.equal(parse('81ff 0000000000010000 37fa213d'), { ...masked, payloadBytes: 65_536, headerBytes: 14 });
});

test('returns undefined while a byte is missing, and the same header for any bytes after it', () => {
  for (const hex of [
    '8100',
    '817e 007e',
    '817f 0000000000010000',
    '8185 37fa213d',
    '81fe 0100 37fa213d',
    '81ff 0000000000010000 37fa213d',
  ]) {
    const bytes = fromHex(hex);
    for (let end = 0; end < bytes.length; end++) {
      assert.is(parseFrameHeader(bytes, 0, end), undefined, `${hex} up to ${end}`);
    }
    const header = parse(hex);
    assert.is(header?.headerBytes, bytes.length);
    assert.ok(bytes.length <= maxHeaderBytes);
    assert.equal(parse(`${hex} ffff`), header);
    const shifted = fromHex(`eeeeee ${hex}`);
    assert.equal(parseFrameHeader(shifted, 3, shifted.length), header);
    assert.is(parseFrameHeader(shifted, 3, shifted.length - 1), undefined);
  }
});

test('limits headers to 14 bytes, and control payloads to 125', () => {
  assert.is(maxHeaderBytes, 14);
  assert.is(maxControlBytes, 125);
});

test('recognizes a length that is not in its shortest form, or has its highest bit set (§5.2)', () => {
  for (const [hex, canonical] of [
    ['817d', true],
    ['817e 0000', false],
    ['817e 0005', false],
    ['817e 007d', false],
    ['817e 007e', true],
    ['817f 0000000000000000', false],
    ['817f 0000000000000005', false],
    ['817f 000000000000007e', false],
    ['817f 000000000000ffff', false],
    ['817f 0000000000010000', true],
    ['817f 7fffffffffffffff', true],
    ['817f 8000000000000000', false],
    ['817f 8000000000010000', false],
    ['817f ffffffffffffffff', false],
  ] as const) {
    assert.is(parse(hex)?.canonical, canonical, hex);
  }
});

const client: FrameRules = { masked: false, rsv1: false, maxFrameBytes: Infinity };
const server: FrameRules = { ...client, masked: true };
const deflating: FrameRules = { ...client, rsv1: true };

function refuses(hex: string, rules: FrameRules, violation: Violation): void {
  assertViolation(
    thrownBy(() => checkFrameHeader(parse(hex)!, rules)),
    violation,
    hex,
  );
}

function passes(hex: string, rules: FrameRules): void {
  checkFrameHeader(parse(hex)!, rules);
}

test('checkFrameHeader() accepts or rejects every first byte, with and without permessage-deflate (§5.2, RFC 7692 §6)', () => {
  const violation = (byte: number, rsv1: boolean): Violation | undefined => {
    const [fin, rsv, opcode] = [byte >> 7, (byte >> 4) & 7, byte & 15];
    if (rsv & 3) return violations.rsv23;
    if (rsv && !rsv1) return violations.rsv1Unagreed;
    if (rsv && opcode !== 1 && opcode !== 2) return violations.rsv1Misplaced;
    if (![0, 1, 2, 8, 9, 10].includes(opcode)) return violations.reservedOpcode;
    return opcode >= 8 && !fin ? violations.fragmentedControl : undefined;
  };
  for (const rules of [client, deflating]) {
    for (let byte = 0; byte < 256; byte++) {
      const header = `${byte.toString(16).padStart(2, '0')}00`;
      const broken = violation(byte, rules.rsv1);
      if (broken) refuses(header, rules, broken);
      else passes(header, rules);
    }
  }
});

test('checkFrameHeader() requires every frame of a client to be masked, also empty ones and control frames (§5.1)', () => {
  for (const first of ['81', '82', '00', '80', '88', '89', '8a']) {
    refuses(`${first}00`, server, violations.unmaskedFrame);
    refuses(`${first}80 37fa213d`, client, violations.maskedFrame);
    passes(`${first}80 00000000`, server);
    passes(`${first}00`, client);
  }
});

test('checkFrameHeader() rejects a control frame of 126 bytes (§5.5; attack 32)', () => {
  for (const first of ['88', '89', '8a']) {
    passes(`${first}7d`, client);
    refuses(`${first}7e 007e`, client, violations.longControl);
    refuses(`${first}7f 0000000000010000`, client, violations.longControl);
    refuses(`${first}7e 0005`, client, violations.longerLength);
  }
});

test('checkFrameHeader() rejects lengths that are not in their shortest form (§5.2; attacks 27 and 29)', () => {
  for (const length of [
    '7e 0005',
    '7e 007d',
    '7f 0000000000000005',
    '7f 000000000000ffff',
    '7f ffffffffffffffff',
    '7f 8000000000000000',
  ]) {
    refuses(`82${length}`, client, violations.longerLength);
    refuses(`82${length}`, { ...client, maxFrameBytes: 1 }, violations.longerLength);
  }
});

test('checkFrameHeader() rejects one byte more than the limit with 1009 (§10.4)', () => {
  for (const limit of [1, 125, 126, 65_535, 65_536]) {
    const rules = { ...client, maxFrameBytes: limit };
    const header = parse('8200')!;
    checkFrameHeader({ ...header, payloadBytes: limit }, rules);
    assertViolation(
      thrownBy(() => checkFrameHeader({ ...header, payloadBytes: limit + 1 }, rules)),
      violations.frameTooBig(limit + 1, limit),
    );
  }
});

test.run();
