import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

// Plain English, as far as a list of words can check it. Quotations of an RFC stand in double quotes and are left out.

const test = suite('words');

/** What is not written, and what is written instead. */
const avoided: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\boctets?\b(?!-stream)/i, 'byte'],
  [/\b(lent|lends?|lending)\b/i, 'borrowed, a view'],
  [/\b(laws?|lawful|unlawful)\b/i, 'rule, valid'],
  [/\b(owes?|owed)\b/i, 'pending'],
  [/\bdoors?\b/i, 'entry point'],
  [/\bwhoever\b/i, 'the caller, the peer, the consumer'],
  [/\b(lets?|letting) go\b/i, 'release'],
  [/\b(of its own accord|thereby|in the way of|so often)\b/i, 'plain words'],
];

/** How no doc comment of lib begins. */
const riddle = /\/\*\* (What|Who|Whoever|Where)\b/;

const root = fileURLToPath(new URL('../../', import.meta.url));
const list = 'spec/words-to-do.txt';
const unclean = new Set(
  readFileSync(root + list, 'utf8')
    .trim()
    .split('\n'),
);

/** Packages that stand below these folders. */
const packages = /\/node_modules\//;

function files(folder: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .map(path => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter(
      path => /\.(ts|js|md|html|py)$/.test(path) && path !== 'spec/words.spec.ts' && !packages.test(path),
    );
}

/** The first sentence of a file that has to be written otherwise. */
function faultOf(path: string): string | undefined {
  const text = readFileSync(root + path, 'utf8').replaceAll(/"[^"\n]*(\n *(\/\/|\*) [^"\n]*){0,2}"/g, '""');
  for (const [words, instead] of avoided) {
    const found = words.exec(text);
    if (found !== null) return `${path}: "${found[0]}" (instead: ${instead})`;
  }
  const begins = path.startsWith('lib/') ? riddle.exec(text) : null;
  return begins === null ? undefined : `${path}: a comment begins with "${begins[1]}"`;
}

const paths = [
  ...files('lib'),
  ...files('spec'),
  ...files('demo'),
  ...readdirSync(root).filter(name => /^[A-Z]+\.md$/.test(name) && name !== 'CHANGELOG.md'),
];

test('are plain in every file but those that are still to be rewritten', () => {
  assert.equal(
    paths.filter(path => !unclean.has(path)).flatMap(path => faultOf(path) ?? []),
    [],
  );
});

/** The number of clean files that the list may still name, so that not every change has to touch it. */
const maxClean = 20;

test('have a list of files to rewrite that shrinks', () => {
  const clean = paths.filter(path => unclean.has(path) && faultOf(path) === undefined);
  assert.ok(clean.length <= maxClean, `take them off ${list}: ${clean.join(', ')}`);
});

test.run();
