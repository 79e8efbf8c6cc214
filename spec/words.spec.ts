import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

// Checks plain English by a list of words. Quotations of an RFC are in double quotes, and are skipped.

const test = suite('words');

/** Words to avoid, and what to write instead. */
const avoided: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\boctets?\b(?!-stream)/i, 'byte'],
  [/\b(lent|lends?|lending)\b/i, 'borrowed, a view'],
  [/\b(laws?|lawful|unlawful)\b/i, 'rule, valid'],
  [/\b(owes?|owed)\b/i, 'pending'],
  [/\bdoors?\b/i, 'entry point'],
  [/\b(whoever|nobody|somebody)\b/i, 'the caller, the peer, the consumer'],
  [/\b(lets?|letting) go\b/i, 'release'],
  [/\b(manners|rude(ly)?|ledgers?)\b/i, 'behaviour, abrupt, list'],
  [/\b(of its own accord|thereby|in the way of|so often)\b/i, 'plain words'],
];

/** Openings that no doc comment of lib may have. */
const riddle = /\/\*\* (What|Who|Whoever|Where)\b/;

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Files with sample texts, which are as people wrote them. */
const samples: readonly string[] = ['spec/bench/corpora.ts'];

/** Packages installed below these folders. */
const packages = /\/node_modules\//;

function files(folder: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .map(path => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter(
      path => /\.(ts|js|md|html|py)$/.test(path) && path !== 'spec/words.spec.ts' && !packages.test(path),
    );
}

/** Returns the first fault of a file; undefined if it has none. */
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

test('are plain in every file but sample texts', () => {
  assert.equal(
    paths.filter(path => !samples.includes(path)).flatMap(path => faultOf(path) ?? []),
    [],
  );
});

test('are left alone in no file that has no sample text', () => {
  assert.equal(
    samples.filter(path => faultOf(path) === undefined),
    [],
  );
});

test.run();
