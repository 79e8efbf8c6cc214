// Generates data sets of the same kinds and sizes as the files of Autobahn's group 12. They are the same in every run.

import { deflateRawSync } from 'node:zlib';
import { type Bytes, join, utf8 } from './bytes.ts';

/** A data set. Strings are split by UTF-16 units, bytes by bytes. */
export interface DataSet {
  readonly title: string;
  readonly type: 'text' | 'binary';
  readonly content: () => string | Bytes;
}

export const dataSets: readonly DataSet[] = [
  { title: 'JSON', type: 'text', content: once(() => textOf(194_056, jsonRecord)) },
  { title: 'bitmap', type: 'binary', content: once(() => bitmap(263_222)) },
  { title: 'German prose', type: 'binary', content: once(() => utf8(textOf(222_218, sentence))) },
  { title: 'HTML', type: 'text', content: once(() => textOf(263_647, htmlRow)) },
  { title: 'PDF', type: 'binary', content: once(() => pdf(1_042_328)) },
];

/** Returns window `index` of `length` units or bytes. Windows follow one another, and wrap around. */
export function windowOf(content: string | Bytes, length: number, index: number): Bytes {
  const start = (index * length) % content.length;
  const parts: (string | Bytes)[] = [];
  for (let at = start, left = length; left > 0; at = 0) {
    const part = typeof content === 'string' ? content.slice(at, at + left) : content.subarray(at, at + left);
    parts.push(part);
    left -= part.length;
  }
  return parts.length === 1 ? utf8(parts[0]!) : join(parts.map(part => utf8(part)));
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

type Random = (below: number) => number;

function seeded(): Random {
  let state = 0x2545f491;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Returns records up to `size` bytes, padded with spaces. */
function textOf(size: number, record: (random: Random, index: number) => string): string {
  const random = seeded();
  const records: string[] = [];
  for (let left = size, index = 0; ; index++) {
    const next = record(random, index);
    left -= utf8(next).length;
    if (left < 0) return records.join('') + ' '.repeat(left + utf8(next).length);
    records.push(next);
  }
}

function jsonRecord(random: Random, index: number): string {
  const record = {
    id: index,
    user: { name: `user${random(500)}`, city: pick(places, random), verified: random(4) === 0 },
    text: words(6 + random(12), random),
    created: `2026-${10 + random(3)}-${10 + random(18)}T${10 + random(14)}:${10 + random(50)}:00Z`,
    position: [random(180_000) / 1000, random(90_000) / 1000],
    tags: [pick(vocabulary, random), pick(vocabulary, random)],
  };
  return `${JSON.stringify(record)},\n`;
}

function htmlRow(random: Random, index: number): string {
  return `<tr class="${index % 2 ? 'odd' : 'even'}"><td><a href="/wiki/${pick(places, random)}?page=${random(90)}">${words(2, random)}</a></td>\n  <td align="right">${random(10_000)}</td><td>${words(4 + random(9), random)}</td></tr>\n`;
}

function sentence(random: Random): string {
  const line = words(5 + random(9), random);
  return `${line[0]!.toUpperCase()}${line.slice(1)}${pick([',', '.', ';', '!', '?'], random)}${random(5) ? ' ' : '\r\n'}`;
}

/** Returns a header and rows of slowly changing pixels with some noise. */
function bitmap(size: number): Bytes {
  const random = seeded();
  const pixels = new Uint8Array(size);
  pixels.set([0x42, 0x4d]);
  for (let at = 54; at < size; at++) {
    const row = Math.floor(at / 768);
    pixels[at] = random(6) === 0 ? random(256) : (row + ((at % 768) >> 5)) & 255;
  }
  return pixels;
}

/** Returns objects of plain text and already compressed streams. */
function pdf(size: number): Bytes {
  const random = seeded();
  const parts: Bytes[] = [utf8('%PDF-1.4\n')];
  let length = parts[0]!.length;
  for (let index = 1; length < size; index++) {
    const stream = new Uint8Array(deflateRawSync(utf8(words(2000, random))));
    const dictionary = `${index} 0 obj\n<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n`;
    const references = Array.from({ length: 40 }, () => `${random(90_000)} 00000 n \n`).join('');
    const part = join([utf8(dictionary), stream, utf8(`\nendstream\nendobj\n${references}`)]);
    parts.push(part);
    length += part.length;
  }
  return join(parts).slice(0, size);
}

function pick(list: readonly string[], random: Random): string {
  return list[random(list.length)]!;
}

/** Returns words of the vocabulary. The smaller of two random indices makes early words more frequent. */
function words(count: number, random: Random): string {
  return Array.from({ length: count }, () => {
    return vocabulary[Math.min(random(vocabulary.length), random(vocabulary.length))];
  }).join(' ');
}

const places = ['Köln', 'Zürich', 'Weimar', 'Leipzig', 'Frankfurt', 'Straßburg', 'Rom', 'Jena'];

const vocabulary: readonly string[] =
  `und die der ich das nicht ein ist zu in sich mit du so es dem den auf an wie für von als was wenn doch aus nur
  noch man hat bei nach wird mir mein sie ihr uns alle Herr Geist Welt Herz Nacht Tag Leben Liebe Lust Licht Erde
  Himmel Hölle Teufel Seele Mensch Natur Kraft Wort Blut Feuer Wasser Luft Glück Schmerz Traum Zeit Ewigkeit
  Augenblick Weg Haus Garten Mauer Fenster Tür Straße Brücke Berg Wald Baum Blume Gras Stein Sand Meer Schiff Wind
  Sturm Regen Schnee Morgen Abend schön gut groß klein alt jung still dunkel hell tief hoch weit nah fern fröhlich
  traurig müde gehen kommen sehen hören sprechen fühlen denken glauben hoffen wissen können müssen sollen dürfen
  verweile streben irren schaffen bleiben kämpfen gewinnen verlieren über unter zwischen gegen ohne durch während`
    .trim()
    .split(/\s+/);
