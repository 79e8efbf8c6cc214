// `npm run inspector`: bundles the inspector with this library into build/inspector, a folder of static files. Any server can serve
// it, and a browser can open it from the disk.

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

const source = join(root, 'demo/inspector');

/** The folder with the built page. */
export const inspectorFolder: string = join(root, 'build/inspector');

/** Builds the page. */
export async function buildInspector(): Promise<void> {
  mkdirSync(inspectorFolder, { recursive: true });
  copyFileSync(join(source, 'index.html'), join(inspectorFolder, 'index.html'));
  await build({
    entryPoints: {
      inspector: join(root, 'build/demo/inspector/main.js'),
      style: join(source, 'style/index.css'),
    },
    outdir: inspectorFolder,
    bundle: true,
    minify: true,
    sourcemap: true,
    target: 'es2022',
    // Not a module: browsers refuse modules from files.
    format: 'iife',
  });
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await buildInspector();
  console.log(inspectorFolder);
}
