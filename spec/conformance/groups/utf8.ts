// Autobahn group 6: UTF-8 in one frame and in fragments, and failures at the first invalid byte.

import { fromHex } from '../../support/hex.ts';
import { join, utf8 } from '../bytes.ts';
import type { Case, Expectation, Step } from '../case.ts';
import { timeout } from '../event.ts';
import { continuation, fragments, text } from '../frame.ts';
import { echoed, fails, send, succeeds } from './expectations.ts';

const open = { fin: false };
const greeting = utf8('Hello-µ@ßöäüàá-UTF-8!!');
const greek = fromHex('cebae1bdb9cf83cebcceb5');
const edited = fromHex('656469746564');
const withSurrogate = join([greek, fromHex('eda080'), edited]);
const aboveUnicode = join([greek, fromHex('f4908080'), edited]);
const middle = 'middle frame payload';
const atCodePoint = utf8('Hello-µ@ßöä').length;

const whole: readonly Case[] = [
  { id: '6.1.1', title: 'empty text', steps: [send(text())], expect: succeeds(echoed.text('')) },
  {
    id: '6.1.2',
    title: 'three empty fragments',
    steps: [send(text('', open), continuation('', open), continuation())],
    expect: succeeds(echoed.text('')),
  },
  {
    id: '6.1.3',
    title: 'text between two empty fragments',
    steps: [send(text('', open), continuation(middle, open), continuation())],
    expect: succeeds(echoed.text(middle)),
  },
  {
    id: '6.2.1',
    title: 'valid text',
    steps: [send(text(greeting))],
    expect: succeeds(echoed.text(greeting)),
  },
  {
    id: '6.2.2',
    title: 'valid text split between code points',
    steps: [
      send(text(greeting.subarray(0, atCodePoint), open), continuation(greeting.subarray(atCodePoint))),
    ],
    expect: succeeds(echoed.text(greeting)),
  },
  {
    id: '6.2.3',
    title: 'valid text in fragments of one byte',
    steps: [send(...fragments(1, greeting, 1))],
    expect: succeeds(echoed.text(greeting)),
  },
  {
    id: '6.2.4',
    title: 'κόσμε in fragments of one byte',
    steps: [send(...fragments(1, greek, 1))],
    expect: succeeds(echoed.text(greek)),
  },
  { id: '6.3.1', title: 'a surrogate', steps: [send(text(withSurrogate))], expect: fails(1007) },
  {
    id: '6.3.2',
    title: 'a surrogate in fragments of one byte',
    steps: [send(...fragments(1, withSurrogate, 1))],
    expect: fails(1007),
  },
];

/** Expects a failure during the second wait, because the first invalid byte was sent before it. */
const failFast: Expectation = {
  ...fails(1007, timeout('A')),
  nonStrict: [[timeout('A'), timeout('B')]],
};

const splits: readonly (readonly [number, number])[] = [
  [11, 15],
  [12, 13],
];

const failingFast: readonly Case[] = ['fragments', 'chunks of one frame'].flatMap((kind, half) =>
  splits.map(([first, second], index) => {
    const parts = [
      aboveUnicode.subarray(0, first),
      aboveUnicode.subarray(first, second),
      aboveUnicode.subarray(second),
    ] as const;
    const frames = [text(parts[0], open), continuation(parts[1], open), continuation(parts[2])];
    const header = text(aboveUnicode).subarray(0, 2);
    const chunks = [join([header, parts[0]]), parts[1], parts[2]];
    const [a, b, c] = half === 0 ? frames : chunks;
    const steps: Step[] = [send(a!), { wait: 'A', ms: 1000 }, send(b!), { wait: 'B', ms: 1000 }, send(c!)];
    return {
      id: `6.4.${half * 2 + index + 1}`,
      title: `code point above U+10FFFF, in ${kind} split at ${first} and ${second} (fail-fast)`,
      steps,
      expect: failFast,
    };
  }),
);

interface Table {
  readonly title: string;
  readonly valid?: string;
  readonly invalid?: string;
  /** The order of valid (v) and invalid (i) sequences, if they alternate. */
  readonly order?: string;
}

const start = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `${(from + index).toString(16)}20`).join('');
const continuations = Array.from({ length: 63 }, (_, index) => (0x80 + index).toString(16)).join('');

const tables: readonly Table[] = [
  {
    title: 'valid text',
    valid: `68656c6c6f24776f726c64 68656c6c6fc2a2776f726c64 68656c6c6fe282ac776f726c64
      68656c6c6ff0a4ada2776f726c64 cebae1bdb9cf83cebcceb5`,
  },
  {
    title: 'prefixes of κόσμε',
    valid: 'ceba cebae1bdb9 cebae1bdb9cf83 cebae1bdb9cf83cebc cebae1bdb9cf83cebcceb5',
    invalid: 'ce cebae1 cebae1bd cebae1bdb9cf cebae1bdb9cf83ce cebae1bdb9cf83cebcce',
    order: '01001010101'.replaceAll('1', 'v').replaceAll('0', 'i'),
  },
  { title: 'first sequence of 1 to 4 bytes', valid: '00 c280 e0a080 f0908080' },
  { title: 'first sequence of 5 and 6 bytes', invalid: 'f888808080 fc8480808080' },
  { title: 'last sequence of 1 to 4 bytes', valid: '7f dfbf efbfbf f48fbfbf' },
  { title: 'last sequence of 4 to 6 bytes', invalid: 'f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf' },
  { title: 'boundary sequences', valid: 'ed9fbf ee8080 efbfbd f48fbfbf', invalid: 'f4908080' },
  {
    title: 'stray continuation bytes',
    invalid: `80 bf 80bf 80bf80 80bf80bf 80bf80bf80 80bf80bf80bf ${continuations}`,
  },
  {
    title: 'lone start bytes',
    invalid: [
      start(0xc0, 0xde),
      start(0xe0, 0xee),
      start(0xf0, 0xf6),
      start(0xf8, 0xfa),
      start(0xfc, 0xfc),
    ].join(' '),
  },
  {
    title: 'last continuation byte missing',
    invalid: 'c0 e080 f08080 f8808080 fc80808080 df efbf f7bfbf fbbfbfbf fdbfbfbfbf',
  },
  {
    title: 'consecutive incomplete sequences',
    invalid: 'c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf',
  },
  { title: 'impossible bytes', invalid: 'fe ff fefeffff' },
  { title: 'overlong "/"', invalid: 'c0af e080af f08080af f8808080af fc80808080af' },
  { title: 'maximum overlong', invalid: 'c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf' },
  { title: 'overlong NUL', invalid: 'c080 e08080 f0808080 f880808080 fc8080808080' },
  { title: 'lone surrogates', invalid: 'eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf' },
  {
    title: 'surrogate pairs',
    invalid: `eda080edb080 eda080edbfbf edadbfedb080 edadbfedbfbf edae80edb080 edae80edbfbf edafbfedb080
      edafbfedbfbf`,
  },
  {
    title: 'non-characters',
    valid: `efbfbe efbfbf f09fbfbe f09fbfbf f0afbfbe f0afbfbf f0bfbfbe f0bfbfbf f18fbfbe f18fbfbf f19fbfbe
      f19fbfbf f1afbfbe f1afbfbf f1bfbfbe f1bfbfbf f28fbfbe f28fbfbf f29fbfbe f29fbfbf f2afbfbe f2afbfbf
      f2bfbfbe f2bfbfbf f38fbfbe f38fbfbf f39fbfbe f39fbfbf f3afbfbe f3afbfbf f3bfbfbe f3bfbfbf f48fbfbe
      f48fbfbf`,
  },
  { title: 'specials', valid: 'efbfb9 efbfba efbfbb efbfbc efbfbd efbfbe efbfbf' },
];

function words(list: string | undefined): string[] {
  return list?.trim().split(/\s+/) ?? [];
}

const sequences: readonly Case[] = tables.flatMap(({ title, valid, invalid, order }, table) => {
  const lists = { v: words(valid), i: words(invalid) };
  const kinds = order ?? 'v'.repeat(lists.v.length) + 'i'.repeat(lists.i.length);
  return [...kinds].map((kind, index) => {
    const payload = fromHex(lists[kind as 'v' | 'i'].shift()!);
    return {
      id: `6.${table + 5}.${index + 1}`,
      title: `${title}: ${kind === 'v' ? 'valid' : 'invalid'} sequence`,
      steps: [send(text(payload))],
      expect: kind === 'v' ? succeeds(echoed.text(payload)) : fails(1007),
    };
  });
});

export const utf8Cases: readonly Case[] = [...whole, ...failingFast, ...sequences];
