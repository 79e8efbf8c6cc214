// Bundles what tsc emitted: build/lib -> dist, one file a door, shared parts in chunks; declarations go to dist/types.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const doors = ['index', 'node', 'testing'];

const declarations = {
  name: 'declarations',
  buildStart: () => rmSync('dist', { recursive: true, force: true }),
  writeBundle() {
    cpSync('build/lib', 'dist/types', { recursive: true, filter: path => !/\.js(\.map)?$/.test(path) });
    for (const file of readdirSync('dist/types', { recursive: true })) {
      if (!file.endsWith('.d.ts')) continue;
      const path = join('dist/types', file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
    }
  },
};

export default {
  input: Object.fromEntries(doors.map(door => [door, `build/lib/${door}.js`])),
  external: [/^node:/, 'fflate'],
  output: { dir: 'dist', format: 'es', sourcemap: true, chunkFileNames: 'chunks/[name].js' },
  plugins: [declarations],
};
