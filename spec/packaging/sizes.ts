// How large dist/ is for those who bundle it: `npm run build` prints it last; `npm run package` holds the limits against it.

import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Something that a user imports, and what it may weigh minified and gzipped. */
export interface Piece {
  readonly name: string;
  readonly source: string;
  readonly limitKb?: number;
}

export interface Size {
  readonly piece: Piece;
  readonly minifiedKb: number;
  readonly gzippedKb: number;
}

export const pieces: readonly Piece[] = [
  { name: 'wsluice, all of it', source: "export * from './dist/index.js'", limitKb: 12 },
  {
    name: 'FrameDecoderStream alone',
    source: "export { FrameDecoderStream } from './dist/index.js'",
    limitKb: 3,
  },
  { name: 'connectWebSocket alone', source: "export { connectWebSocket } from './dist/index.js'" },
  {
    name: 'WebSocketDecoderStream alone',
    source: "export { WebSocketDecoderStream } from './dist/index.js'",
  },
  { name: 'wsluice/node, all of it', source: "export * from './dist/node.js'" },
  { name: 'wsluice/ponyfill, all of it', source: "export * from './dist/ponyfill.js'" },
];

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What a bundler makes of the piece: only names that nobody outside sees are shortened. */
export async function sizeOf(piece: Piece): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: piece.source, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['node:*'],
    write: false,
  });
  const code = outputFiles[0]!.contents;
  return { piece, minifiedKb: code.length / 1000, gzippedKb: gzipSync(code, { level: 9 }).length / 1000 };
}

export function sizeLine({ piece, minifiedKb, gzippedKb }: Size): string {
  const limit = piece.limitKb === undefined ? '' : `   limit ${piece.limitKb.toFixed(1)}`;
  const columns = [`${minifiedKb.toFixed(1)} KB minified`, `${gzippedKb.toFixed(1)} KB gzipped`];
  return `${piece.name.padEnd(30)}${columns.map(column => column.padStart(20)).join('')}${limit}`;
}
