// In: what V8 has recorded of a run, and a compiled module. Out: what of the module has not run, by lines of its source.

import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface ModuleCoverage {
  /** Functions and branches, and how many of them have not run. */
  readonly total: number;
  readonly missed: number;
  /** Where these begin, in the source. */
  readonly lines: readonly number[];
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface Script {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/** What V8 has recorded, by process. */
export type Recordings = readonly { readonly result: readonly Script[] }[];

export function readRecordings(folder: string): Recordings {
  return readdirSync(folder).map(file => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

/** A range of nothing but brackets is what lies after a return: there is nothing to run. */
const nothing = /^[\s{}()[\];,]*$/;

/** `undefined`: the module was not loaded. */
export function coverageOf(compiledPath: string, recordings: Recordings): ModuleCoverage | undefined {
  const url = pathToFileURL(compiledPath).href;
  const script = recordings.flatMap(({ result }) => result).find(result => result.url === url);
  if (script === undefined) return undefined;
  const code = readFileSync(compiledPath, 'utf8');
  const ranges = script.functions.flatMap(({ ranges }) => ranges);
  const missed = ranges.filter(
    ({ count, startOffset, endOffset }) => count === 0 && !nothing.test(code.slice(startOffset, endOffset)),
  );
  const map = new SourceMap(JSON.parse(readFileSync(`${compiledPath}.map`, 'utf8')) as SourceMapPayload);
  return {
    total: ranges.length,
    missed: missed.length,
    lines: missed.map(({ startOffset }) => sourceLine(map, code.slice(0, startOffset))),
  };
}

function sourceLine(map: SourceMap, before: string): number {
  const line = before.split('\n').length - 1;
  const entry = map.findEntry(line, before.length - before.lastIndexOf('\n') - 1);
  return 'originalLine' in entry ? entry.originalLine + 1 : line + 1;
}
