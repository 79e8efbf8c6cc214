// In: the text of a compiled module. Out: its mutants, each one small change that a spec should notice.
// String literals stay as they are, and so do the arguments of an error: what it says is for people.

import type { AstNode } from 'rollup';
import { parseAst } from 'rollup/parseAst';

export interface Mutant {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** What the walk reads of an ESTree node. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly operator: string;
  readonly value: unknown;
  readonly raw: string;
  readonly prefix: boolean;
  readonly optional: boolean;
  readonly left: Node;
  readonly right: Node;
  readonly test: Node | null;
  readonly argument: Node | null;
  readonly expression: Node;
  readonly callee: Node;
  readonly body: Node;
  readonly name: string;
  readonly cooked: unknown;
}

/** Each operator and what takes its place. */
const otherOperators: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '|=': ['&='],
  '&=': ['|='],
  '^=': ['&='],
  '<<=': ['>>='],
  '>>=': ['<<='],
  '>>>=': ['<<='],
  '??=': ['='],
};

const isText = (node: Node) =>
  node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');

const isError = (node: Node) =>
  (node.type === 'NewExpression' && node.callee.name?.endsWith('Error')) ||
  (node.type === 'CallExpression' && node.callee.name === 'violation');

const isSuperCall = (node: Node) => node.type === 'CallExpression' && node.callee.type === 'Super';

export function mutantsOf(code: string): readonly Mutant[] {
  const mutants: Mutant[] = [];
  const put = (start: number, end: number, replacement: string) => mutants.push({ start, end, replacement });
  const replace = (node: Node, replacement: string) => put(node.start, node.end, replacement);

  function operator(node: Node): void {
    if (node.operator === '+' && (isText(node.left) || isText(node.right))) return;
    const start = code.indexOf(node.operator, node.left.end);
    for (const other of otherOperators[node.operator] ?? []) put(start, start + node.operator.length, other);
  }

  /** A condition that always holds, and one that never does. */
  function condition(test: Node | null, loop: boolean): void {
    if (test === null || test.type === 'Literal') return;
    if (!loop) replace(test, 'true');
    replace(test, 'false');
  }

  function literal({ start, end, value, raw }: Node): void {
    if (typeof value === 'boolean') put(start, end, String(!value));
    if (typeof value === 'number') put(start, end, String(value + 1));
    if (typeof value === 'bigint') put(start, end, `${raw.slice(0, -1)}1n`);
  }

  function visit(node: Node): void {
    switch (node.type) {
      case 'BinaryExpression':
      case 'LogicalExpression':
      case 'AssignmentExpression':
        operator(node);
        break;
      case 'IfStatement':
      case 'ConditionalExpression':
        condition(node.test, false);
        break;
      case 'WhileStatement':
      case 'ForStatement':
        condition(node.test, true);
        break;
      case 'UnaryExpression':
        if ('!-~'.includes(node.operator)) put(node.start, node.start + 1, ' ');
        break;
      case 'UpdateExpression': {
        const start = node.prefix ? node.start : node.end - 2;
        put(start, start + 2, node.operator === '++' ? '--' : '++');
        break;
      }
      case 'Literal':
        literal(node);
        break;
      case 'ThrowStatement':
      case 'BreakStatement':
      case 'ContinueStatement':
        replace(node, ';');
        break;
      case 'ExpressionStatement':
        if (!isSuperCall(node.expression) && !isText(node.expression)) replace(node, ';');
        break;
      case 'ReturnStatement':
        if (node.argument === null) replace(node, ';');
        else if (node.argument.type !== 'Literal') replace(node.argument, 'undefined');
        break;
      case 'ArrowFunctionExpression':
        if (node.body.type !== 'BlockStatement') replace(node.body, 'undefined');
        break;
      case 'MemberExpression':
      case 'CallExpression':
        if (node.optional) {
          const start = code.indexOf(
            '?.',
            node.type === 'CallExpression' ? node.callee.end : objectEnd(node),
          );
          put(start, start + 2, /[[(]/.test(code[start + 2]!) ? '' : '.');
        }
        break;
    }
    if (!isError(node)) children(node).forEach(visit);
  }

  visit(parseAst(code) as AstNode as unknown as Node);
  return mutants.filter(({ start, end, replacement }) => code.slice(start, end) !== replacement);
}

const objectEnd = (node: Node) => (node as unknown as { object: Node }).object.end;

function children(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((child): child is Node => typeof (child as Node | null)?.type === 'string');
}
