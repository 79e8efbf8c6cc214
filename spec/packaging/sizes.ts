// How large dist/ is for those who bundle it: `npm run build` prints it last; `npm run package` holds the ceilings against it.

import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Something that a user imports. All figures are thousands of octets, minified and gzipped. */
export interface Piece {
  readonly name: string;
  readonly source: string;
  /** What it may weigh: a little above what it does, so that no growth goes unseen. Lower it with the piece. */
  readonly ceilingKb: number;
  /** What it was asked to weigh at most, where something was asked. */
  readonly askedKb?: number;
}

export interface Size {
  readonly piece: Piece;
  readonly minifiedKb: number;
  readonly gzippedKb: number;
}

export const pieces: readonly Piece[] = [
  { name: 'wsluice, all of it', source: "export * from './dist/index.js'", ceilingKb: 32.5, askedKb: 12 },
  {
    name: 'FrameDecoderStream alone',
    source: "export { FrameDecoderStream } from './dist/index.js'",
    ceilingKb: 4.2,
    askedKb: 3,
  },
  {
    name: 'connectWebSocket alone',
    source: "export { connectWebSocket } from './dist/index.js'",
    ceilingKb: 27.2,
  },
  {
    name: 'WebSocketDecoderStream alone',
    source: "export { WebSocketDecoderStream } from './dist/index.js'",
    ceilingKb: 6.3,
  },
  { name: 'wsluice/node, all of it', source: "export * from './dist/node.js'", ceilingKb: 32 },
  { name: 'wsluice/ponyfill, all of it', source: "export * from './dist/ponyfill.js'", ceilingKb: 48 },
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
  const columns = [`${minifiedKb.toFixed(1)} KB minified`, `${gzippedKb.toFixed(1)} KB gzipped`];
  const { askedKb, ceilingKb } = piece;
  const over =
    askedKb !== undefined && gzippedKb > askedKb ? `: ${(gzippedKb - askedKb).toFixed(1)} over` : '';
  const asked = askedKb === undefined ? '' : `   asked ${askedKb.toFixed(1)}${over}`;
  const name = piece.name.padEnd(28);
  return `${name}${columns.map(column => column.padStart(18)).join('')}   ceiling ${ceilingKb.toFixed(1)}${asked}`;
}

export function isTooLarge({ piece, gzippedKb }: Size): boolean {
  return gzippedKb > piece.ceilingKb;
}
