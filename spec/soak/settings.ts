// The settings of a soak test: read from the command line, and given to each process.

import { parseArgs } from 'node:util';

/** Faults that the harness can inject, to prove that the soak test finds them. */
export const injectableFaults = [
  'lose',
  'duplicate',
  'reorder',
  'corrupt',
  'reject',
  'hang',
  'heap',
  'socket',
  'descriptor',
  'timer',
  'listener',
] as const;
export type InjectedFault = (typeof injectableFaults)[number];

/** The settings of a soak test. The same settings result in the same connection plans. */
export interface Settings {
  /** The number of concurrent clients. */
  readonly clients: number;
  /** Seconds during which clients open new connections. */
  readonly seconds: number;
  /** Connections that each client opens after the one of its warm-up. */
  readonly connections: number;
  readonly seed: number;
  /** Seconds after which an open connection is reported as a hang. */
  readonly timeoutSeconds: number;
  /** The number of the only connection to run. */
  readonly only: number | undefined;
  readonly faults: readonly InjectedFault[];
}

/**
 * Reads the command line.
 *
 * @throws RangeError for an invalid number or an unknown fault, TypeError for an unknown option
 */
export function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      clients: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '600' },
      connections: { type: 'string', default: '1e9' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      timeout: { type: 'string', default: '120' },
      only: { type: 'string' },
      inject: { type: 'string', default: '' },
    },
  });
  return {
    clients: values.only === undefined ? numberFrom('clients', values.clients) : 1,
    seconds: numberFrom('seconds', values.seconds),
    // With `--only`, the warm-up is the only connection.
    connections: values.only === undefined ? numberFrom('connections', values.connections) : 0,
    seed: numberFrom('seed', values.seed),
    timeoutSeconds: numberFrom('timeout', values.timeout),
    only: values.only === undefined ? undefined : numberFrom('only', values.only),
    faults: values.inject.split(',').filter(Boolean).map(knownFault),
  };
}

function numberFrom(name: string, value: string): number {
  const number = Number(value);
  if (!(number >= 0)) throw new RangeError(`--${name} must be 0 or a positive number (got "${value}")`);
  return number;
}

function knownFault(name: string): InjectedFault {
  const fault = injectableFaults.find(known => known === name);
  if (fault === undefined)
    throw new RangeError(`--inject must be one of ${injectableFaults.join(', ')} (got "${name}")`);
  return fault;
}
