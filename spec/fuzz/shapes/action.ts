// Steps of a run as inputs: each calls one method, and is printed as that call, so that a failure reads like a script.

import * as fc from 'fast-check';
import { Printed } from './printed.ts';

/** One step. */
export type Action<Run> = Printed<(run: Run) => void>;

type Values<Method> = Method extends (...args: infer Args) => void
  ? { [Index in keyof Args]: fc.Arbitrary<Args[Index]> }
  : never;

/** Makes a function that makes steps: the name of a method, and the values of its parameters. */
export function callsOf<Run>(): <Name extends keyof Run & string>(
  name: Name,
  ...values: Values<Run[Name]>
) => fc.Arbitrary<Action<Run>> {
  return (name, ...values) =>
    fc.tuple(...(values as fc.Arbitrary<unknown>[])).map(args => {
      const call = (run: Run) => (run[name] as (...args: unknown[]) => void)(...args);
      return new Printed(call, () => `${name}(${args.map(fc.stringify).join(', ')})`);
    });
}
