// Checks that the source maps of dist/ lead a stack trace to the TypeScript source.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';

/** A class or a function of a bundle, and its position. */
const declaration = /^(?:export )?(?:default )?(?:async )?(?:class|function\*?) ([\w$]+)/;

/**
 * Each file has a map that has the text of its sources, and each class and function of ours stands where the map says.
 *
 * @returns one line for each fault
 */
export function sourceMapFaults(dist: string, lib: string): string[] {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.js'));
  return files.flatMap(file => faultsOf(join(dist, file), lib).map(fault => `${file}: ${fault}`));
}

function faultsOf(path: string, lib: string): string[] {
  const code = readFileSync(path, 'utf8');
  if (!existsSync(`${path}.map`)) return ['no map'];
  if (!code.trimEnd().endsWith(`//# sourceMappingURL=${basename(path)}.map`))
    return ['does not name its map'];
  const payload = JSON.parse(readFileSync(`${path}.map`, 'utf8')) as SourceMapPayload;
  return [...textFaults(payload, dirname(path), lib), ...placeFaults(code, payload)];
}

const isOurs = (source: string) => /\/lib\/.*\.ts$/.test(source) && !source.includes('node_modules');

/** The sources that are ours are in the map, as they lie in lib/. */
function textFaults({ sources, sourcesContent }: SourceMapPayload, folder: string, lib: string): string[] {
  return sources.flatMap((source, i) => {
    if (!isOurs(source)) return [];
    const path = resolve(folder, source);
    if (!path.startsWith(lib)) return [`${source} is not where the map says`];
    return sourcesContent[i] === readFileSync(path, 'utf8')
      ? []
      : [`the text of ${source} is not in the map`];
  });
}

/** An entry point that only re-exports has no declarations. */
function placeFaults(code: string, payload: SourceMapPayload): string[] {
  const map = new SourceMap(payload);
  const texts = new Map(payload.sources.map((source, i) => [source, payload.sourcesContent[i]?.split('\n')]));
  let found = 0;
  const faults = code.split('\n').flatMap((line, i) => {
    const bundled = declaration.exec(line)?.[1];
    if (bundled === undefined) return [];
    const name = bundled.replace(/\$\d+$/, '');
    const entry = map.findEntry(i, line.indexOf(bundled));
    if (!('originalSource' in entry)) return [`${name} leads nowhere`];
    if (!isOurs(entry.originalSource)) return [];
    found += 1;
    const original = texts.get(entry.originalSource)?.[entry.originalLine];
    return original?.includes(name) ? [] : [`${name} leads to “${original}” of ${entry.originalSource}`];
  });
  const handsOn = payload.sources.length === 0;
  return found > 0 || handsOn ? faults : ['nothing of it leads to lib/'];
}
