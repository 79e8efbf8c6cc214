// Sample messages to compress, the same in every run.

import { Random } from '../support/random.ts';

const english = `it was a bright cold day in early spring and the clocks of the old town were striking one after another while
people hurried along the narrow streets because nobody wanted to be late for the market where farmers sold apples bread cheese
and flowers from wooden carts and children ran between them laughing at the dog that had stolen a sausage from the butcher who
stood at the door of his shop and shouted something about the price of meat these days which made everybody laugh even louder
than before so that the sound could be heard as far away as the river on whose banks the fishermen mended their nets`;

const german = `an einem hellen kalten tag im zeitigen frühjahr schlugen die uhren der alten stadt eine nach der anderen während die
leute durch die engen gassen eilten weil niemand zu spät zum markt kommen wollte auf dem bauern äpfel brot käse und blumen von
hölzernen karren verkauften und kinder liefen lachend zwischen ihnen hindurch denn der hund hatte dem metzger eine wurst gestohlen
der vor der tür seines ladens stand und etwas über die heutigen preise für fleisch rief worüber alle noch lauter lachten als zuvor
so dass man es bis zum fluss hören konnte an dessen ufer die fischer ihre netze flickten`;

/** Returns a generator of sentences with the words of a text. Words near its start occur more often. */
function prose(text: string): (random: Random) => string {
  const words = [...new Set(text.split(/\s+/))];
  return random => {
    const sentence = Array.from(
      { length: 6 + random.below(14) },
      () => words[Math.floor(words.length * random.next() ** 2)]!,
    );
    return `${sentence[0]![0]!.toUpperCase()}${sentence.join(' ').slice(1)}${random.pick(['.', '.', '.', '!', '?'])} `;
  };
}

const englishProse = prose(english);
const germanProse = prose(german);
const names = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];

let trade = 0;

/** Functions that return the next piece of each sample. */
export const corpora: Record<string, (random: Random) => string> = {
  'JSON feed': random =>
    `{"e":"trade","E":${1_700_000_000_000 + ++trade * 137},"s":"${random.pick(['BTCUSDT', 'ETHUSDT', 'SOLUSDT'])}","t":${
      900_000 + trade
    },"p":"${(30_000 + random.next() * 90).toFixed(2)}","q":"${(random.next() * 2).toFixed(4)}","m":${random.next() < 0.5}}`,
  'JSON API': random =>
    `${JSON.stringify({
      id: 1000 + random.below(100_000),
      user: {
        name: random.pick(names),
        email: `${random.pick(names)}${random.below(999)}@example.com`,
        active: random.next() < 0.5,
      },
      tags: ['news', 'sport', 'music', 'art'].slice(random.below(4)),
      score: Number((random.next() * 100).toFixed(3)),
      created: new Date(1.6e12 + random.next() * 1e11).toISOString(),
      text: englishProse(random),
    })},`,
  'JSON digits': random => `{"v":[${Array.from({ length: 12 }, () => random.below(1e6)).join(',')}]}`,
  HTML: random =>
    `<li class="item item-${random.below(40)}"><a href="/articles/${random.below(9999)}" title="${random.pick(names)}">${englishProse(
      random,
    )}</a> <span class="date">${random.below(28)}.${random.below(12)}.2026</span></li>\n`,
  German: germanProse,
  English: englishProse,
};

/** Splits `total` bytes of a sample into messages of `size` bytes. */

export function messagesOf(corpus: string, size: number, total: number): Uint8Array[] {
  const random = new Random(size);
  const make = corpora[corpus]!;
  trade = 0;
  const pieces: string[] = [];
  for (let length = 0; length < total + size; ) {
    const piece = make(random);
    pieces.push(piece);
    length += piece.length;
  }
  const stream = new Uint8Array(Buffer.from(pieces.join('')));
  return Array.from({ length: Math.ceil(total / size) }, (_, i) => stream.slice(i * size, (i + 1) * size));
}
