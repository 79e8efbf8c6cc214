// Measures the size of dist/ in a user's bundle, and that of other libraries. `npm run build` prints the sizes; `npm run package`
// checks their limits.

import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

/** An import of a user. Sizes are thousands of bytes, minified and gzipped. */
export interface Piece {
  readonly name: string;
  readonly source: string;
  /** The maximum size, slightly above the current one, so that growth is noticed. Lower it when the size decreases. */
  readonly maxKb?: number;
  /** Files that are not counted, with their imports. */
  readonly without?: RegExp;
}

export interface Size {
  readonly piece: Piece;
  readonly minifiedKb: number;
  readonly gzippedKb: number;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const undiciFolder = join(root, 'node_modules/undici/lib/web/websocket') + sep;

/** The compared imports. ws and undici use Node for HTTP heads, SHA-1 and DEFLATE, which wsluice includes. */
export const pieces: readonly Piece[] = [
  { name: 'wsluice, all of it', source: "export * from './dist/index.js'", maxKb: 54.0 },
  {
    name: 'wsluice without compression',
    source: "export * from './dist/index.js'",
    maxKb: 44.5,
    without: /\/dist\/layers\/deflate\.js$/,
  },
  {
    name: 'only FrameDecoderStream',
    source: "export { FrameDecoderStream } from './dist/protocol.js'",
    maxKb: 8.5,
  },
  {
    name: 'only WebSocketDecoderStream',
    source: "export { WebSocketDecoderStream } from './dist/protocol.js'",
    maxKb: 12.1,
  },
  {
    name: 'only connectWebSocket',
    source: "export { connectWebSocket } from './dist/index.js'",
    maxKb: 43.8,
  },
  { name: 'wsluice/node, all of it', source: "export * from './dist/node.js'", maxKb: 60.9 },
  { name: 'wsluice/ponyfill, all of it', source: "export * from './dist/ponyfill.js'", maxKb: 72.2 },
  { name: 'ws, all of it', source: "export * from 'ws'" },
  { name: 'ws, only its Receiver', source: "export { default } from './node_modules/ws/lib/receiver.js'" },
  { name: 'undici, its WebSocket', source: "export { WebSocket } from 'undici'" },
  {
    name: 'undici, its WebSocket folder',
    source: `export * as one from '${undiciFolder}websocket.js'; export * as two from '${undiciFolder}stream/websocketstream.js'`,
    without: new RegExp(`^(?!${undiciFolder.replaceAll('\\', '/')})`),
  },
];

/** Excludes files that are not counted. */
const excluding = (files: RegExp): Plugin => ({
  name: 'leave-out',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => {
      const file = join(dirname(importer), path).replaceAll(sep, '/');
      return importer !== '<stdin>' && files.test(file) ? { path: file, external: true } : undefined;
    });
  },
});

/** Returns the size of a bundle with the import. */
export async function sizeOf(piece: Piece): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: piece.source, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    // The optional native add-ons of ws.
    external: ['bufferutil', 'utf-8-validate'],
    plugins: piece.without === undefined ? [] : [excluding(piece.without)],
    write: false,
  });
  const code = outputFiles[0]!.contents;
  return { piece, minifiedKb: code.length / 1000, gzippedKb: gzipSync(code, { level: 9 }).length / 1000 };
}

export function sizeLine({ piece, minifiedKb, gzippedKb }: Size): string {
  const { maxKb } = piece;
  const columns = [`${minifiedKb.toFixed(1)} KB minified`, `${gzippedKb.toFixed(1)} KB gzipped`];
  const limit = maxKb === undefined ? '' : `   limit ${maxKb.toFixed(1)}`;
  return `${piece.name.padEnd(28)}${columns.map(column => column.padStart(18)).join('')}${limit}`;
}

export function isTooLarge({ piece, gzippedKb }: Size): boolean {
  return gzippedKb > (piece.maxKb ?? Infinity);
}
