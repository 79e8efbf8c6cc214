import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { apiReports, statementsOf } from './packaging/api-report.ts';

// How `npm run api` reads what the package exports.

const test = suite('API report');

test('a report has what an entry point exports, wherever it is declared, and names the types that none exports', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wsluice-api-'));
  try {
    mkdirSync(join(folder, 'a'));
    const files = {
      'index.d.ts':
        "export { f, type Named, type Renamed as Other } from './a/f.ts';\nexport type { T } from './a/t.ts';\n",
      'node.d.ts': "export * from './index.ts';\nexport { g } from './a/f.ts';\n",
      'a/f.d.ts': `import type { T } from './t.ts';
/** Does it. */
export declare function f(a: T): Hidden;
export declare function f(b: Named, c: 'Hidden'): void;
export declare const g: Named;
export interface Named {
}
type Inner = 1;
export { Inner as Renamed };
interface Hidden {
}
`,
      'a/t.d.ts': 'export type T = 1;\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const reports = apiReports(folder, ['index', 'node']);
    const f = "function f(a: T): Hidden;\nfunction f(b: Named, c: 'Hidden'): void;";
    const text = `interface Named {\n}\n\ntype Inner = 1;\nexport { Inner as Other };\n\ntype T = 1;\n\n${f}\n`;
    assert.equal(reports.get('index'), { text, unnamed: ['Hidden, in f'] });
    assert.equal(reports.get('node'), { text: "export * from './index';\n\nconst g: Named;\n", unnamed: [] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('declarations are read without comments, private members and what is internal', () => {
  const declarations = `
import type { A } from './a.ts'; // a; b
/** A class { of
 * its own; */
export declare class B<T> extends A {
    #private;
    private constructor();
    /** @internal */
    hidden(): void;
    /** Says ';'. */
    say(word: '//' | "};"): { x: T; };
}
/** Two. */
export declare function two(a: {
    b: string;
}): A;
export type C = { d: number; } | undefined;
export {};
`;
  assert.equal(statementsOf(declarations), [
    "import type { A } from './a.ts';",
    'export declare class B<T> extends A {\n    say(word: \'//\' | "};"): { x: T; };\n}',
    'export declare function two(a: {\n    b: string;\n}): A;',
    'export type C = { d: number; } | undefined;',
    'export {};',
  ]);
});

test.run();
