// How large dist/ is for those who bundle it, and the peers in the same way: `npm run build` prints it last; `npm run
// package` holds the ceilings against it.

import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';

/** An import of a user. All figures are thousands of bytes, minified and gzipped. */
export interface Piece {
  readonly name: string;
  readonly source: string;
  /** The most it may weigh: slightly above its weight, so that growth is noticed. Lower it when the piece shrinks. */
  readonly ceilingKb?: number;
  /** Files that are not counted, together with their own imports. */
  readonly without?: RegExp;
}

export interface Size {
  readonly piece: Piece;
  readonly minifiedKb: number;
  readonly gzippedKb: number;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const undiciFolder = join(root, 'node_modules/undici/lib/web/websocket') + sep;

/** A peer leaves to Node what we bring along: HTTP heads, SHA-1, DEFLATE. */
export const pieces: readonly Piece[] = [
  { name: 'wsluice, all of it', source: "export * from './dist/index.js'", ceilingKb: 53.4 },
  {
    name: 'wsluice without compression',
    source: "export * from './dist/index.js'",
    ceilingKb: 44.4,
    without: /\/dist\/layers\/deflate\.js$/,
  },
  {
    name: 'FrameDecoderStream alone',
    source: "export { FrameDecoderStream } from './dist/protocol.js'",
    ceilingKb: 8.2,
  },
  {
    name: 'WebSocketDecoderStream alone',
    source: "export { WebSocketDecoderStream } from './dist/protocol.js'",
    ceilingKb: 11.8,
  },
  {
    name: 'connectWebSocket alone',
    source: "export { connectWebSocket } from './dist/index.js'",
    ceilingKb: 43.2,
  },
  { name: 'wsluice/node, all of it', source: "export * from './dist/node.js'", ceilingKb: 60.2 },
  { name: 'wsluice/ponyfill, all of it', source: "export * from './dist/ponyfill.js'", ceilingKb: 71.4 },
  { name: 'ws, all of it', source: "export * from 'ws'" },
  { name: 'ws, its Receiver alone', source: "export { default } from './node_modules/ws/lib/receiver.js'" },
  { name: 'undici, its WebSocket', source: "export { WebSocket } from 'undici'" },
  {
    name: 'undici, its WebSocket folder',
    source: `export * as one from '${undiciFolder}websocket.js'; export * as two from '${undiciFolder}stream/websocketstream.js'`,
    without: new RegExp(`^(?!${undiciFolder.replaceAll('\\', '/')})`),
  },
];

/** Excludes files that are not counted. */
const leaveOut = (files: RegExp): Plugin => ({
  name: 'leave-out',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path, importer }) => {
      const file = join(dirname(importer), path).replaceAll(sep, '/');
      return importer !== '<stdin>' && files.test(file) ? { path: file, external: true } : undefined;
    });
  },
});

/** What a bundler makes of the piece: it shortens only names that are not exported. */
export async function sizeOf(piece: Piece): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: piece.source, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    // Native add-ons that ws takes where they are.
    external: ['bufferutil', 'utf-8-validate'],
    plugins: piece.without === undefined ? [] : [leaveOut(piece.without)],
    write: false,
  });
  const code = outputFiles[0]!.contents;
  return { piece, minifiedKb: code.length / 1000, gzippedKb: gzipSync(code, { level: 9 }).length / 1000 };
}

export function sizeLine({ piece, minifiedKb, gzippedKb }: Size): string {
  const { ceilingKb } = piece;
  const columns = [`${minifiedKb.toFixed(1)} KB minified`, `${gzippedKb.toFixed(1)} KB gzipped`];
  const ceiling = ceilingKb === undefined ? '' : `   ceiling ${ceilingKb.toFixed(1)}`;
  return `${piece.name.padEnd(28)}${columns.map(column => column.padStart(18)).join('')}${ceiling}`;
}

export function isTooLarge({ piece, gzippedKb }: Size): boolean {
  return gzippedKb > (piece.ceilingKb ?? Infinity);
}
