// Reports the exports of an entry point as text: each declaration without comments and private members, in alphabetical order.
// It reads the declarations that tsc emits.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A module of declarations, such as `sockets/open-websocket.d.ts`. */
interface Module {
  readonly path: string;
  /** The declarations by name. A function may have several. */
  readonly declared: ReadonlyMap<string, string>;
  /** The origins of names imported from other modules. */
  readonly imported: ReadonlyMap<string, Origin>;
  /** Modules whose names are all re-exported. */
  readonly stars: readonly string[];
}

interface Origin {
  readonly path: string;
  readonly name: string;
}

/** A report, and the types of signatures that are not exported. */
export interface ApiReport {
  readonly text: string;
  readonly unnamed: readonly string[];
}

/** Splits declarations into statements, without comments and declarations marked @internal. */
export function statementsOf(text: string): string[] {
  const bare = text
    .replace(/\/\*\*(?:(?!\*\/)[\s\S])*@internal(?:(?!\*\/)[\s\S])*\*\/\s*[^\n]*\n/g, '')
    .replace(
      /('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
      (_, string = '') => string,
    );
  const statements: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: mark, index } of bare.matchAll(/'[^'\n]*'|"[^"\n]*"|[{}()[\];]/g)) {
    if ('{(['.includes(mark)) depth += 1;
    else if ('})]'.includes(mark)) depth -= 1;
    const statement = bare.slice(start, index + mark.length);
    const ends =
      mark === ';' ||
      (mark === '}' && /^\s*(export )?(declare )?(abstract )?(class|interface) /.test(statement));
    if (depth > 0 || !ends) continue;
    statements.push(tidy(statement));
    start = index + 1;
  }
  return statements.filter(statement => statement !== '' && statement !== ';');
}

/** Removes private members and blank lines. */
function tidy(statement: string): string {
  return statement
    .split('\n')
    .filter(line => !/^\s*(?:#private|private .*);?$|^\s*$/.test(line))
    .join('\n')
    .trim();
}

/** Reads the modules in a folder of declarations. */
class Declarations {
  readonly #folder: string;
  readonly #modules = new Map<string, Module>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  module(path: string): Module {
    const module = this.#modules.get(path) ?? this.#read(path);
    this.#modules.set(path, module);
    return module;
  }

  /** Returns the module and name that declare a name. */
  origin({ path, name }: Origin): Origin {
    const { declared, imported } = this.module(path);
    const from = declared.has(name) ? undefined : imported.get(name);
    return from === undefined ? { path, name } : this.origin(from);
  }

  #read(path: string): Module {
    const declared = new Map<string, string>();
    const imported = new Map<string, Origin>();
    const stars: string[] = [];
    const resolve = (from: string) => join(dirname(path), from.replace(/\.[tj]s$/, '.d.ts'));
    for (const statement of statementsOf(readFileSync(join(this.#folder, path), 'utf8'))) {
      const star = /^export \* from '(\..*)';$/.exec(statement);
      const names = /^(?:import|export) (?:type )?\{([\s\S]*)\}(?: from '(\..*)')?;$/.exec(statement);
      const declaration =
        /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|function|const|let) (\w+)/.exec(
          statement,
        );
      if (star) stars.push(resolve(star[1]!));
      for (const item of names === null ? [] : names[1]!.split(',')) {
        const [name, alias] = item
          .replace(/\btype /, '')
          .trim()
          .split(' as ');
        const from = names![2];
        if (name && from !== undefined) imported.set(alias ?? name, { path: resolve(from), name });
        else if (name && alias) imported.set(alias, { path, name });
      }
      if (declaration) {
        const text = statement.replace(/^export /, '').replace(/^declare /, '');
        const earlier = declared.get(declaration[1]!);
        declared.set(declaration[1]!, earlier === undefined ? text : `${earlier}\n${text}`);
      }
    }
    return { path, declared, imported, stars };
  }
}

/**
 * Reports the exports of each entry point. A type is unnamed if no entry point exports it.
 *
 * @param folder - the folder of the declarations of lib
 * @param entries - the names of entry points, such as `index`
 */
export function apiReports(folder: string, entries: readonly string[]): ReadonlyMap<string, ApiReport> {
  const declarations = new Declarations(folder);
  const exported = entries.map(entry => [...declarations.module(`${entry}.d.ts`).imported.values()]);
  const known = new Set(exported.flat().map(from => keyOf(declarations.origin(from))));
  return new Map(entries.map(entry => [entry, reportOf(declarations, entry, known)]));
}

function reportOf(declarations: Declarations, entry: string, known: ReadonlySet<string>): ApiReport {
  const { imported, stars } = declarations.module(`${entry}.d.ts`);
  const texts = stars.map(star => `export * from './${star.replace('.d.ts', '')}';`);
  const unnamed = new Set<string>();
  for (const [name, from] of [...imported].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const origin = declarations.origin(from);
    const { path, declared, imported } = declarations.module(origin.path);
    const text = declared.get(origin.name);
    if (text === undefined) throw new Error(`${entry} exports ${name}, and ${path} does not declare it`);
    texts.push(name === origin.name ? text : `${text}\nexport { ${origin.name} as ${name} };`);
    for (const used of namesIn(text)) {
      const isOurs = declared.has(used) || imported.has(used);
      if (isOurs && !known.has(keyOf(declarations.origin({ path, name: used })))) {
        unnamed.add(`${used}, in ${name}`);
      }
    }
  }
  return { text: `${texts.join('\n\n')}\n`, unnamed: [...unnamed].sort() };
}

const keyOf = ({ path, name }: Origin): string => `${path}#${name}`;

function namesIn(text: string): Set<string> {
  return new Set(text.replace(/'[^'\n]*'/g, '').match(/\b[A-Z]\w*/g));
}
