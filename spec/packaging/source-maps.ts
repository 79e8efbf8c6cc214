// Checks that the source maps of dist/ map a stack trace to the TypeScript source.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';

/** Matches the declaration of a class or function in a bundle. */
const declaration = /^(?:export )?(?:default )?(?:async )?(?:class|function\*?) ([\w$]+)/;

/**
 * Checks that each file has a map with the text of its sources, and that the map has the position of each class and function.
 *
 * @returns a line for each fault
 */
export function sourceMapFaults(dist: string, lib: string): string[] {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.js'));
  return files.flatMap(file => faultsOf(join(dist, file), lib).map(fault => `${file}: ${fault}`));
}

function faultsOf(path: string, lib: string): string[] {
  const code = readFileSync(path, 'utf8');
  if (!existsSync(`${path}.map`)) return ['there is no source map'];
  if (!code.trimEnd().endsWith(`//# sourceMappingURL=${basename(path)}.map`))
    return ['there is no sourceMappingURL'];
  const payload = JSON.parse(readFileSync(`${path}.map`, 'utf8')) as SourceMapPayload;
  return [...textFaults(payload, dirname(path), lib), ...placeFaults(code, payload)];
}

const isOurs = (source: string) => /\/lib\/.*\.ts$/.test(source) && !source.includes('node_modules');

/** Returns the faults of the sources of lib/ in the map. */
function textFaults({ sources, sourcesContent }: SourceMapPayload, folder: string, lib: string): string[] {
  return sources.flatMap((source, i) => {
    if (!isOurs(source)) return [];
    const path = resolve(folder, source);
    if (!path.startsWith(lib)) return [`the map has a wrong path for ${source}`];
    return sourcesContent[i] === readFileSync(path, 'utf8')
      ? []
      : [`the map has another text than ${source}`];
  });
}

/** Returns the faults of positions in the map. Entry points that only re-export have no declarations to check. */
function placeFaults(code: string, payload: SourceMapPayload): string[] {
  const map = new SourceMap(payload);
  const texts = new Map(payload.sources.map((source, i) => [source, payload.sourcesContent[i]?.split('\n')]));
  let found = 0;
  const faults = code.split('\n').flatMap((line, i) => {
    const bundled = declaration.exec(line)?.[1];
    if (bundled === undefined) return [];
    const name = bundled.replace(/\$\d+$/, '');
    const entry = map.findEntry(i, line.indexOf(bundled));
    if (!('originalSource' in entry)) return [`${name} has no position in the map`];
    if (!isOurs(entry.originalSource)) return [];
    found += 1;
    const original = texts.get(entry.originalSource)?.[entry.originalLine];
    return original?.includes(name) ? [] : [`${name} is mapped to “${original}” of ${entry.originalSource}`];
  });
  const reexportsOnly = payload.sources.length === 0;
  return found > 0 || reexportsOnly ? faults : ['no declaration is mapped to lib/'];
}
