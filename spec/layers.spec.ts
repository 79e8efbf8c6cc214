import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

// Checks rules of lib/ that the compiler cannot check, by reading the source.

const test = suite('layers');

/** The layers, from the top: a layer imports only from those before it. */
const layers = [
  'base',
  'bytes',
  'frames',
  'messages',
  'deflate',
  'fflate',
  'events',
  'handshake',
  'connection',
  'streams',
  'sockets',
  'platform',
  'hosts',
  'command',
  'testing',
];

/** The layers that belong to one runtime. */
const ofNode = ['hosts', 'command'];

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Source {
  readonly path: string;
  readonly layer: string;
  readonly text: string;
}

function sources(folder: string): Source[] {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => path.endsWith('.ts'))
    .map(path => ({
      path,
      layer: path.split('/')[0] ?? path,
      text: readFileSync(`${root}${folder}/${path}`, 'utf8'),
    }));
}

/** Returns the modules that a file imports or re-exports, types included. */
function imports({ text }: Source): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(match => match[1]!);
}

/** Returns the paths of the modules in lib that a file imports. */
function relativeImports(source: Source): string[] {
  return imports(source)
    .filter(name => name.startsWith('.'))
    .map(name => posix.join(posix.dirname(source.path), name));
}

const code = (source: Source) => source.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
const inLayers = sources('lib').filter(({ path }) => path.includes('/'));

test('a layer imports only from layers above it', () => {
  for (const source of inLayers) {
    const own = layers.indexOf(source.layer);
    assert.ok(own >= 0, `${source.path}: no such layer`);
    for (const name of imports(source).filter(name => name.startsWith('.'))) {
      const layer = name.startsWith('./') ? own : layers.indexOf(/^\.\.\/([^/]+)\//.exec(name)?.[1] ?? '');
      assert.ok(layer >= 0 && layer <= own, `${source.path} imports ${name}`);
      if (layer === own) assert.ok(name.startsWith('./'), `${source.path} imports ${name}`);
    }
  }
});

test('no module imports itself through others', () => {
  const modules = new Map(sources('lib').map(source => [source.path, relativeImports(source)]));
  const finished = new Set<string>();
  const follow = (path: string, trail: readonly string[]): void => {
    if (finished.has(path)) return;
    assert.not(trail.includes(path), `a cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`);
    for (const next of modules.get(path) ?? []) follow(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of modules.keys()) follow(path, []);
});

test('only hosts and command import node:, and only fflate imports a package', () => {
  for (const source of sources('lib')) {
    for (const name of imports(source).filter(name => !name.startsWith('.'))) {
      assert.match(name, source.layer === 'fflate' ? /^fflate$/ : /^node:/, `${source.path} imports ${name}`);
      assert.ok([...ofNode, 'fflate'].includes(source.layer), `${source.path} imports ${name}`);
    }
  }
});

test('only hosts and command name their runtime in code', () => {
  for (const source of inLayers) {
    if (ofNode.includes(source.layer)) continue;
    assert.not.match(code(source), /\bnode:|\bBuffer\.|\bprocess\./, source.path);
  }
});

test('only streams/platform.ts names the stream constructors of the host', () => {
  const names =
    'ReadableStream|WritableStream|TransformStream|ByteLengthQueuingStrategy|CountQueuingStrategy';
  const value = new RegExp(
    `\\bnew (${names})\\b|\\bextends (${names})\\b|\\b(${names})\\.|globalThis\\.(${names})`,
  );
  const ours = /import (?!type)\{[^}]*\} from '[^']*\/platform\.ts'/;
  for (const source of inLayers) {
    if (source.path === 'streams/platform.ts' || !value.test(code(source))) continue;
    const used = [...code(source).matchAll(new RegExp(`\\bnew (${names})\\b`, 'g'))].map(match => match[1]);
    const imported = ours.exec(source.text)?.[0] ?? '';
    assert.not.match(code(source), new RegExp(`globalThis\\.(${names})`), source.path);
    for (const name of used) assert.match(imported, new RegExp(`(?<!type )\\b${name}\\b`), source.path);
  }
});

test('an entry point only re-exports', () => {
  for (const source of sources('lib').filter(({ path }) => !path.includes('/'))) {
    const rest = code(source).replace(/export (type )?(\*|\{[^}]*\}) from '[^']+';/g, '');
    assert.is(rest.trim(), '', source.path);
  }
});

test('every suite is in a file *.spec.ts, which ends with the line that runs it', () => {
  for (const source of sources('spec')) {
    if (!source.path.endsWith('.spec.ts')) {
      // A suite that runs for several subjects is a function of spec/support, which a spec calls.
      if (!source.path.startsWith('support/')) assert.not.match(source.text, /from 'uvu';/, source.path);
      continue;
    }
    assert.match(source.text, /\n *\w+\.run\(\);\n/, source.path);
    assert.match(source.text, /\n(\w+\.run\(\)|\w+Suite\(.*\));\n$/, source.path);
  }
});

test.run();
