// Finds the functions and branches of a module that have not run, from the coverage that V8 has recorded.

import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface ModuleCoverage {
  /** The number of functions and branches. */
  readonly total: number;
  /** The number of those that have not run. */
  readonly missed: number;
  /** The source lines at which those begin. */
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

/** The coverage that V8 has recorded, by process. */
export type Recordings = readonly { readonly result: readonly Script[] }[];

export function readRecordings(folder: string): Recordings {
  return readdirSync(folder).map(file => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

/** Matches a range without code, such as the closing brackets after a return. */
const nothing = /^[\s{}()[\];,]*$/;

/** Returns the coverage of a compiled module; undefined if it was not loaded. */
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
