// Bundles a program of inside/ with dist/ into one file for a runtime, and with the specs that do not need Node if it imports
// them.

import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { suiteFiles } from '../support/suite-files.ts';

export const root: string = fileURLToPath(new URL('../../../', import.meta.url));

const built = join(root, 'build');
const specs = join(built, 'spec');
const polyfill = fileURLToPath(import.meta.resolve('web-streams-polyfill'));

/** Replaces the entry points of lib/, which the programs import, with those of dist/, which users import. */
const distributed: Plugin = {
  name: 'distributed',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^(\.\.\/)+lib\/\w+\.js$/ }, ({ path, importer }) =>
      dirname(importer).startsWith(join(specs, 'runtimes'))
        ? { path: join(root, path.replace(/.*\/lib\//, 'dist/')) }
        : undefined,
    ),
};

const portableSpecs: Plugin = {
  name: 'portable-specs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^portable-specs$/ }, ({ path }) => ({ path, namespace: 'portable-specs' }));
    onLoad({ filter: /.*/, namespace: 'portable-specs' }, async () => ({
      contents: entry(await portableFiles()),
      resolveDir: specs,
    }));
  },
};

const polyfilled: Plugin = {
  name: 'polyfilled',
  setup: ({ onResolve }) => onResolve({ filter: /\/platform\.js$/ }, () => ({ path: polyfill })),
};

function entry(files: readonly string[]): string {
  const list = files.map(file => `{ name: '${file}', load: () => import('./${file}') }`);
  return `import { runSuites } from './support/run-suites.js';
export const suite = print => runSuites([${list.join(',\n')}], print);`;
}

/** Returns the spec files that import no module of Node, directly or indirectly. */
async function portableFiles(): Promise<string[]> {
  const files = suiteFiles(specs).filter(file => file !== 'layers.spec.js');
  const { metafile } = await build({
    entryPoints: files.map(file => join(specs, file)),
    bundle: true,
    metafile: true,
    write: false,
    outdir: '.',
    absWorkingDir: root,
    format: 'esm',
    platform: 'node',
  });
  const needsNode = new Set<string>();
  const visit = (path: string, seen: Set<string>): boolean => {
    if (needsNode.has(path)) return true;
    if (seen.has(path)) return false;
    seen.add(path);
    const { imports } = metafile.inputs[path]!;
    const found = imports.some(item =>
      item.external ? item.path.startsWith('node:') : visit(item.path, seen),
    );
    if (found) needsNode.add(path);
    return found;
  };
  return files.filter(file => !visit(relative(root, join(specs, file)), new Set()));
}

/** The global Web Streams of a bundle: the host's, none, or those of web-streams-polyfill. */
export type Streams = 'host' | 'none' | 'polyfill';

/** Removes the global streams before any other code runs. Node's `Headers`, which loads modules that need them, is used first. */
const removal = `new Headers();
for (const name of Object.getOwnPropertyNames(globalThis)) {
  if (/Stream|QueuingStrategy/.test(name)) delete globalThis[name];
}`;

const inside = (name: string) => join(specs, 'runtimes/inside', name);

/** Returns the path of the bundle. */
export async function bundle(program: string, streams: Streams = 'host'): Promise<string> {
  const outfile = join(root, '.runtimes', 'bundles', `${program}-on-${streams}.mjs`);
  await build({
    entryPoints: [inside(`${program}.js`)],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    conditions: ['browser', 'import'],
    mainFields: ['browser', 'module', 'main'],
    external: ['node:*', 'cloudflare:*'],
    plugins: [distributed, portableSpecs, ...(streams === 'polyfill' ? [polyfilled] : [])],
    banner: { js: streams === 'host' ? '' : removal },
    inject: [inside('buffer.js'), ...(streams === 'polyfill' ? [inside('polyfill-globals.js')] : [])],
  });
  return outfile;
}
