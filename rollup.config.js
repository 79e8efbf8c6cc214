// Bundles what tsc emitted: build/lib -> dist, one file for each entry point and one for each layer; declarations go to dist/types.
// The entry point `ponyfill` is a bundle of its own: web-streams-polyfill is inside, in place of the host's streams.
// `command.js` is the program `wsluice`: it uses the layers, and no entry point imports it.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const entryPoints = ['index', 'node', 'protocol', 'fflate', 'testing'];

const external = /^(node:|fflate$)/;

/** As package.json says. */
const treeshake = { moduleSideEffects: false };
const output = {
  dir: 'dist',
  format: 'es',
  sourcemap: true,
  chunkFileNames: 'layers/[name].js',
  hoistTransitiveImports: false,
};

/**
 * A chunk for each layer: bundlers leave out whole files of a package without side effects, but keep the tables of a large one. The
 * command's own files stay in its entry.
 */
const layerOf = path => /\/build\/lib\/(?!command\/)(\w+)\//.exec(path)?.[1];

/**
 * `CloseCode.ProtocolError` → `1002/*ProtocolError*\/  `: no bundler does that with an object, and a bundle with one
 * stage would hold the names of all codes (220 bytes gzipped of 4,100). As long as before, so that source
 * maps hold.
 */
const inlined = (code, tables) =>
  code.replace(/\b(CloseCode|Opcode)\.(\w+)/g, (text, table, name) =>
    `${tables[table][name]}/*${name}*/`.padEnd(text.length),
  );

/** Puts the constants in, and leads the source maps of the bundles back to the TypeScript. */
const emitted = {
  name: 'emitted',
  async load(path) {
    if (!existsSync(`${path}.map`)) return null;
    const { CloseCode } = await import('./build/lib/base/close-code.js');
    const { Opcode } = await import('./build/lib/frames/opcode.js');
    const code = readFileSync(path, 'utf8').replace(/\/\/# sourceMappingURL=.*/, '');
    const map = JSON.parse(readFileSync(`${path}.map`, 'utf8'));
    return { code: inlined(code, { CloseCode, Opcode }), map };
  },
};

const declarations = {
  name: 'declarations',
  buildStart: () => rmSync('dist', { recursive: true, force: true }),
  writeBundle() {
    cpSync('build/lib', 'dist/types', {
      recursive: true,
      filter: path => !/\.js(\.map)?$|\/command$/.test(path),
    });
    for (const file of readdirSync('dist/types', { recursive: true })) {
      if (!file.endsWith('.d.ts')) continue;
      const path = join('dist/types', file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
    }
  },
};

const polyfilledStreams = {
  name: 'polyfilled-streams',
  resolveId: source =>
    /(^|\/)platform\.js$/.test(source)
      ? resolve('node_modules/web-streams-polyfill/dist/ponyfill.mjs')
      : null,
};

export default [
  {
    input: {
      ...Object.fromEntries(entryPoints.map(entry => [entry, `build/lib/${entry}.js`])),
      command: 'build/lib/command/main.js',
    },
    external,
    treeshake,
    output: { ...output, manualChunks: layerOf },
    plugins: [emitted, declarations],
  },
  { input: 'build/lib/ponyfill.js', external, treeshake, output, plugins: [polyfilledStreams, emitted] },
];
