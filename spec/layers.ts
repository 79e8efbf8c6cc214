import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

// The house rules of lib/ that no compiler knows, proved by reading the source.

const test = suite('rooms');

/** From the top: a room imports from those before it. */
const rooms = [
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

/** Those that belong to one runtime. */
const ofNode = ['hosts', 'command'];

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
}

function sources(folder: string): Source[] {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => path.endsWith('.ts'))
    .map(path => ({
      path,
      room: path.split('/')[0]!,
      text: readFileSync(`${root}${folder}/${path}`, 'utf8'),
    }));
}

/** What a file imports or re-exports, types included. */
function imports({ text }: Source): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(match => match[1]!);
}

const code = (source: Source) => source.text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
const inRooms = sources('lib').filter(({ path }) => path.includes('/'));

test('a room imports only from rooms above it', () => {
  for (const source of inRooms) {
    const own = rooms.indexOf(source.room);
    assert.ok(own >= 0, `${source.path}: no such room`);
    for (const name of imports(source).filter(name => name.startsWith('.'))) {
      const room = name.startsWith('./') ? own : rooms.indexOf(/^\.\.\/([^/]+)\//.exec(name)?.[1] ?? '');
      assert.ok(room >= 0 && room <= own, `${source.path} imports ${name}`);
      if (room === own) assert.ok(name.startsWith('./'), `${source.path} imports ${name}`);
    }
  }
});

test('only hosts and command name node:, and only fflate names a package', () => {
  for (const source of sources('lib')) {
    for (const name of imports(source).filter(name => !name.startsWith('.'))) {
      assert.match(name, source.room === 'fflate' ? /^fflate$/ : /^node:/, `${source.path} imports ${name}`);
      assert.ok([...ofNode, 'fflate'].includes(source.room), `${source.path} imports ${name}`);
    }
  }
});

test('only hosts and command name their runtime in code at all', () => {
  for (const source of inRooms) {
    if (ofNode.includes(source.room)) continue;
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
  for (const source of inRooms) {
    if (source.path === 'streams/platform.ts' || !value.test(code(source))) continue;
    const used = [...code(source).matchAll(new RegExp(`\\bnew (${names})\\b`, 'g'))].map(match => match[1]!);
    const imported = ours.exec(source.text)?.[0] ?? '';
    assert.not.match(code(source), new RegExp(`globalThis\\.(${names})`), source.path);
    for (const name of used) assert.match(imported, new RegExp(`(?<!type )\\b${name}\\b`), source.path);
  }
});

test('a door of lib only re-exports', () => {
  for (const source of sources('lib').filter(({ path }) => !path.includes('/'))) {
    const rest = code(source).replace(/export (type )?(\*|\{[^}]*\}) from '[^']+';/g, '');
    assert.is(rest.trim(), '', source.path);
  }
});

test('every suite ends with the line that runs it', () => {
  for (const source of sources('spec')) {
    if (
      /^(run\.ts$|(interop|conformance|bench|fuzz|runtimes|packaging|mutation|coverage|inspector|soak|support)\/)/.test(
        source.path,
      )
    )
      continue;
    // A suite that runs for several subjects is a function that runs it, called last.
    assert.match(source.text, /\n *\w+\.run\(\);\n/, source.path);
    assert.match(source.text, /\n(\w+\.run\(\)|\w+Suite\(.*\));\n$/, source.path);
  }
});

test.run();
