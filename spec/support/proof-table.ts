// Reads a table of requirements and their proofs from spec/conformance/*.md, and finds missing proofs.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allCases } from '../conformance/groups/index.ts';
import { abruptJobs, deadJobs, jobs } from '../runtimes/inside/jobs.ts';

export interface Requirement {
  /** `17`, or `I3` in the section `I.`, which is numbered separately. */
  readonly key: string;
  readonly text: string;
  readonly proofs: readonly string[];
}

const root = fileURLToPath(new URL('../../../spec/', import.meta.url));

/** Items are `17. text`, their proofs `- text` below them; `## I. text` begins a section. */
export function readTable(name: string): readonly Requirement[] {
  const requirements: { key: string; text: string; proofs: string[] }[] = [];
  let section = '';
  for (const line of readFileSync(`${root}conformance/${name}.md`, 'utf8').split('\n')) {
    if (line.startsWith('## ')) section = /^## ([A-Z])\. /.exec(line)?.[1] ?? '';
    const [, number, text] = /^(\d+)\. (.+)$/.exec(line) ?? [];
    if (text !== undefined) requirements.push({ key: section + number, text, proofs: [] });
    const [, proof] = /^ +- (.+)$/.exec(line) ?? [];
    if (proof !== undefined) requirements.at(-1)!.proofs.push(proof.trim());
  }
  return requirements;
}

/** Returns requirements without a proof, and proofs that do not exist. */
export function faultsOf(requirements: readonly Requirement[]): readonly string[] {
  return requirements.flatMap(({ key, proofs }) => {
    const faults = proofs.length === 0 ? ['no proof'] : proofs.map(faultOfProof);
    return faults.filter(fault => fault !== undefined).map(fault => `${key}: ${fault}`);
  });
}

/** Returns the fault of a proof; undefined if it exists. */
function faultOfProof(proof: string): string | undefined {
  const [, file, name] = /^([\w/-]+): (.+)$/.exec(proof) ?? [];
  if (proof.startsWith('cases ')) return faultOfCases(proof.slice('cases '.length).split(', '));
  if (file === undefined) return `not understood: ${proof}`;
  if (file === 'integrator') return undefined;
  if (file === 'fuzz') return existsSync(`${root}fuzz/${name}.ts`) ? undefined : `no target ${name}`;
  if (file === 'job') return jobNames.has(name!) ? undefined : `no job ${name}`;
  return namesOfTests(file).some(pattern => pattern.test(name!)) ? undefined : `no test: ${proof}`;
}

const jobNames = new Set([jobs, abruptJobs, deadJobs].flatMap(Object.keys));

const ids = allCases({ rounds: 1, largest: 1 }).map(({ id }) => id);

/** Checks numbers of cases, or beginnings of numbers. */
function faultOfCases(named: readonly string[]): string | undefined {
  const unknown = named.filter(name => !ids.some(id => id === name || id.startsWith(`${name}.`)));
  return unknown.length === 0 ? undefined : `no cases ${unknown.join(', ')}`;
}

const known = new Map<string, readonly RegExp[]>();

/** Suites that several specs run are in spec/support. */
const sourceOf = (file: string) => (file.startsWith('support/') ? `${file}.ts` : `${file}.spec.ts`);

/** Returns patterns of the test names in a spec, from its source. A template expression matches anything. */
function namesOfTests(file: string): readonly RegExp[] {
  const names = known.get(file) ?? readNames(root + sourceOf(file));
  known.set(file, names);
  return names;
}

function readNames(path: string): readonly RegExp[] {
  if (!existsSync(path)) return [];
  const calls = readFileSync(path, 'utf8').matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)+)\1,/g);
  return [...calls].map(([, quote, text]) => {
    const fixed =
      quote === '`' ? text!.split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/) : [text!.replace(/\\(.)/g, '$1')];
    return new RegExp(`^${fixed.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
  });
}
