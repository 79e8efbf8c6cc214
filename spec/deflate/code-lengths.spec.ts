import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseCodeLengths } from '../../lib/deflate/code-lengths.ts';
import { Random } from '../support/random.ts';

const test = suite('chooseCodeLengths');

function choose(frequencies: number[], longest: number): number[] {
  const lengths = new Uint8Array(frequencies.length).fill(9);
  chooseCodeLengths(Uint16Array.from(frequencies), lengths, longest);
  return [...lengths];
}

/** Returns the total length of all symbols in bits. */
const cost = (frequencies: number[], lengths: number[]) =>
  frequencies.reduce((sum, frequency, i) => sum + frequency * lengths[i]!, 0);

/** Returns the cost of Huffman's code: the sum of all inner nodes. */
function huffmanCost(frequencies: number[]): number {
  const weights = frequencies.filter(frequency => frequency > 0);
  let sum = 0;
  while (weights.length > 1) {
    weights.sort((a, b) => a - b);
    const both = weights.shift()! + weights.shift()!;
    sum += both;
    weights.push(both);
  }
  return sum;
}

/** Returns the share of all codes that these lengths take: 1 for a complete code. */
const share = (lengths: number[]) =>
  lengths.reduce((sum, length) => sum + (length > 0 ? 2 ** -length : 0), 0);

test('assigns no length to a symbol that does not occur, and length 1 to a single symbol', () => {
  assert.equal(choose([0, 0, 0], 15), [0, 0, 0]);
  assert.equal(choose([0, 7, 0], 15), [0, 1, 0]);
  assert.equal(choose([1, 0, 60_000], 15), [1, 0, 1]);
});

test("is as short as Huffman's code, and complete", () => {
  const random = new Random(3);
  for (let i = 0; i < 300; i++) {
    const frequencies = Array.from({ length: 2 + random.below(285) }, () =>
      random.next() < 0.3 ? 0 : 1 + random.below(random.pick([3, 50])),
    );
    frequencies[0] = 1;
    frequencies[1] = 1;
    const lengths = choose(frequencies, 15);
    assert.is(share(lengths), 1);
    assert.is(cost(frequencies, lengths), huffmanCost(frequencies));
  }
});

test('respects the longest length, and stays complete', () => {
  const fibonacci = [1, 1];
  while (fibonacci.length < 24) fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
  for (const longest of [5, 7, 15]) {
    const lengths = choose(fibonacci.slice(0, 23), longest);
    assert.is(Math.max(...lengths), longest);
    assert.is(share(lengths), 1);
    for (let i = 1; i < lengths.length; i++) assert.ok(lengths[i]! <= lengths[i - 1]!);
  }
});

test.run();
