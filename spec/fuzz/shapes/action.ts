// Steps of a run as inputs. Each calls a method and is printed as this call, so that a failure reads like a script.

import * as fc from 'fast-check';
import { Printed } from './printed.ts';

/** One step. */
export type Action<Run> = Printed<(run: Run) => void>;

type Values<Method> = Method extends (...args: infer Args) => void
  ? { [Index in keyof Args]: fc.Arbitrary<Args[Index]> }
  : never;

/** Returns a function that makes steps from the name of a method and arbitraries of its arguments. */
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
