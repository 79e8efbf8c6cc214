// A table of demands and their proofs, as spec/conformance/*.md holds them, and the proofs that are no good.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allCases } from '../conformance/groups/index.ts';
import { deadJobs, jobs, rudeJobs } from '../runtimes/inside/jobs.ts';

export interface Demand {
  /** `17`, or `I3` in the section `I.`, which has numbers of its own. */
  readonly key: string;
  readonly says: string;
  readonly proofs: readonly string[];
}

const root = fileURLToPath(new URL('../../../spec/', import.meta.url));

/** Items are `17. text`, their proofs `- text` below them; `## I. text` begins a section. */
export function readTable(name: string): readonly Demand[] {
  const demands: { key: string; says: string; proofs: string[] }[] = [];
  let section = '';
  for (const line of readFileSync(`${root}conformance/${name}.md`, 'utf8').split('\n')) {
    if (line.startsWith('## ')) section = /^## ([A-Z])\. /.exec(line)?.[1] ?? '';
    const [, number, says] = /^(\d+)\. (.+)$/.exec(line) ?? [];
    if (says !== undefined) demands.push({ key: section + number, says, proofs: [] });
    const [, proof] = /^ +- (.+)$/.exec(line) ?? [];
    if (proof !== undefined) demands.at(-1)!.proofs.push(proof.trim());
  }
  return demands;
}

/** Demands without a proof, and proofs that are not there. */
export function faultsOf(demands: readonly Demand[]): readonly string[] {
  return demands.flatMap(({ key, proofs }) => {
    const faults = proofs.length === 0 ? ['no proof'] : proofs.map(faultOfProof);
    return faults.filter(fault => fault !== undefined).map(fault => `${key}: ${fault}`);
  });
}

/** What is wrong with a proof; undefined: it is there. */
function faultOfProof(proof: string): string | undefined {
  const [, file, name] = /^([\w/-]+): (.+)$/.exec(proof) ?? [];
  if (proof.startsWith('cases ')) return faultOfCases(proof.slice('cases '.length).split(', '));
  if (file === undefined) return `not understood: ${proof}`;
  if (file === 'integrator') return undefined;
  if (file === 'fuzz') return existsSync(`${root}fuzz/${name}.ts`) ? undefined : `no target ${name}`;
  if (file === 'job') return jobNames.has(name!) ? undefined : `no job ${name}`;
  return namesOfTests(file).some(pattern => pattern.test(name!)) ? undefined : `no test: ${proof}`;
}

const jobNames = new Set([jobs, rudeJobs, deadJobs].flatMap(Object.keys));

const ids = allCases({ rounds: 1, largest: 1 }).map(({ id }) => id);

/** Numbers of cases, or beginnings of them. */
function faultOfCases(named: readonly string[]): string | undefined {
  const unknown = named.filter(name => !ids.some(id => id === name || id.startsWith(`${name}.`)));
  return unknown.length === 0 ? undefined : `no cases ${unknown.join(', ')}`;
}

const known = new Map<string, readonly RegExp[]>();

/** Suites that several specs run are in spec/support. */
const sourceOf = (file: string) => (file.startsWith('support/') ? `${file}.ts` : `${file}.spec.ts`);

/** The names of the tests in a spec, read from its source; what a template puts in may be anything. */
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
