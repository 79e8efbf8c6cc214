// The settings of one soak: what the command takes, and what each of its processes is given.

import { parseArgs } from 'node:util';

/** Faults that the harness commits on purpose, to prove that the soak finds them. */
export const plants = [
  'lose',
  'twice',
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
export type Plant = (typeof plants)[number];

/** The settings of one soak. The same settings plan the same connections. */
export interface Settings {
  /** Clients that are connected at the same time. */
  readonly clients: number;
  /** Seconds during which clients open new connections. */
  readonly seconds: number;
  /** Connections after which each client stops; the one of the warm-up does not count. */
  readonly connections: number;
  readonly seed: number;
  /** Seconds after which a connection counts as hanging. */
  readonly patience: number;
  /** The only connection to run. */
  readonly only: number | undefined;
  readonly plants: readonly Plant[];
}

/**
 * Reads the command line.
 *
 * @throws RangeError for a number that is none, or an unknown plant; TypeError for an unknown option
 */
export function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      clients: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '600' },
      connections: { type: 'string', default: '1e9' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      patience: { type: 'string', default: '120' },
      only: { type: 'string' },
      plant: { type: 'string', default: '' },
    },
  });
  return {
    clients: values.only === undefined ? positive('clients', values.clients) : 1,
    seconds: positive('seconds', values.seconds),
    // The warm-up runs it.
    connections: values.only === undefined ? positive('connections', values.connections) : 0,
    seed: positive('seed', values.seed),
    patience: positive('patience', values.patience),
    only: values.only === undefined ? undefined : positive('only', values.only),
    plants: values.plant.split(',').filter(Boolean).map(knownPlant),
  };
}

function positive(name: string, value: string): number {
  const number = Number(value);
  if (!(number >= 0)) throw new RangeError(`--${name} must be a positive number (got ${value})`);
  return number;
}

function knownPlant(name: string): Plant {
  const plant = plants.find(known => known === name);
  if (plant === undefined) throw new RangeError(`--plant must be one of ${plants.join(', ')} (got ${name})`);
  return plant;
}
