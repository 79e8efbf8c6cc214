// Projects that use the packed tarball, one for each runtime, with the types of the runtime, strict and without skipLibCheck.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../runtimes/bundle.ts';
import { exec } from '../runtimes/exec.ts';

/** The types of a project. */
export interface Consumer {
  readonly name: string;
  /** The package of types. Default: only the compiler's libraries. */
  readonly types?: string;
  readonly lib: readonly string[];
  /** The package of the compiler. Default: the compiler of this repository. */
  readonly compiler?: string;
}

export const consumers: readonly Consumer[] = [
  { name: 'node', types: '@types/node@20', lib: ['ES2022'] },
  { name: 'node', types: '@types/node@26', lib: ['ES2022'] },
  { name: 'workers', types: '@cloudflare/workers-types', lib: ['ES2022'] },
  { name: 'bun', types: '@types/bun', lib: ['ES2022'] },
  { name: 'dom', lib: ['ES2022', 'DOM'] },
  // The oldest compiler with `Uint8Array<ArrayBuffer>`.
  { name: 'dom', lib: ['ES2022', 'DOM', 'DOM.AsyncIterable'], compiler: 'typescript@5.7' },
];

const sources = join(root, 'spec/packaging/consumers');
const timeoutMs = 180_000;

/** Makes a project with the tarball, other packages, and some files of consumers/. Returns its path. */
export async function project(
  folder: string,
  tarball: string,
  packages: readonly string[],
  files: readonly string[],
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
  const { code, output } = await exec('npm', [...args, tarball, ...packages], { timeoutMs });
  if (code !== 0) throw new Error(output);
  for (const file of files) copyFileSync(join(sources, file), join(folder, file));
  return folder;
}

/** Returns a title with the packages of types and compiler. */
export function titleOf({ name, types, compiler }: Consumer): string {
  return [types ?? name, ...(compiler === undefined ? [] : [compiler])].join(', ');
}

/** Compiles a project. Returns the errors of the compiler, or '' if there are none. */
export async function compile(consumer: Consumer, parent: string, tarball: string): Promise<string> {
  const { name, types, lib, compiler } = consumer;
  const files = ['any.ts', `${name}.ts`];
  const packages = [types, compiler].filter(item => item !== undefined);
  const folder = await project(
    join(parent, titleOf(consumer).replaceAll(/\W/g, '-')),
    tarball,
    packages,
    files,
  );
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    target: 'ES2022',
    module: 'nodenext',
    lib,
    types: types === undefined ? [] : [types.replace(/(?<=.)@.*/, '')],
    noEmit: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const tsc = join(compiler === undefined ? root : folder, 'node_modules/.bin/tsc');
  const { code, output } = await exec(tsc, ['--project', folder], { timeoutMs });
  return code === 0 ? '' : output || `exit code ${code}`;
}
