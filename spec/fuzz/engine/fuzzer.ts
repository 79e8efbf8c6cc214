// Runs a target on inputs that it makes up, and on changed ones of those that reached something new.

import { Random } from '../../support/random.ts';
import { type Blocks, blockNames, type Coverage, steps } from './coverage.ts';
import type { OctetTarget } from './fuzz-target.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate.ts';

/** Changed inputs grow no longer. */
const maxInputBytes = 2048;

/** Coverage is looked at once for so many inputs, and for each of them only where something new has run. */
const batchInputs = 128;

/** The first inputs: what they reach is common. */
const warmUpInputs = 1024;

/** Work that an input of no length may cost, and further work for each octet: all the cuts together. */
const baseSteps = 300_000;
const stepsPerOctet = 10_000;

/** An input for which an invariant does not hold. */
export interface Finding {
  readonly input: Uint8Array;
  readonly error: unknown;
}

/** One target's course; the same seed gives the same inputs. */
export class Fuzzer {
  readonly #target: OctetTarget;
  readonly #coverage: Coverage | undefined;
  readonly #random: Random;
  readonly #kept: Uint8Array[] = [];
  readonly #seen = new Set<string>();
  /** How many inputs have been tried. */
  inputs = 0;

  /** @param coverage - without it nothing is kept, and all inputs are fresh */
  constructor(target: OctetTarget, coverage: Coverage | undefined, seed: number) {
    this.#target = target;
    this.#coverage = coverage;
    this.#random = new Random(seed);
  }

  /** How many inputs were kept because they reached something new. */
  get kept(): number {
    return this.#kept.length;
  }

  /** Tries some inputs; the first that fails is found, made as small as it gets. */
  async batch(): Promise<Finding | undefined> {
    const inputs = Array.from({ length: batchInputs }, () => this.#next());
    for (const input of inputs) {
      this.inputs += 1;
      const error = await this.#fault(input);
      if (error !== undefined) return this.#minimised({ input, error });
    }
    return this.#coverage && this.#look(inputs, this.#coverage);
  }

  /** In the beginning everything is new, and fresh inputs reach it; what later ones reach is worth keeping. */
  async #look(inputs: readonly Uint8Array[], coverage: Coverage): Promise<Finding | undefined> {
    const scripts = coverage.take();
    if (!this.#isNew(scripts)) return undefined;
    if (this.inputs > warmUpInputs) return this.#keep(inputs, coverage);
    for (const block of blockNames(scripts)) this.#seen.add(block);
    return undefined;
  }

  #next(): Uint8Array {
    const random = this.#random;
    if (random.next() < 0.4) return this.#target.make(random);
    return mutate(this.#base(), this.#base(), random, maxInputBytes);
  }

  #base(): Uint8Array {
    const random = this.#random;
    const fresh = this.#kept.length === 0 || random.next() < 0.4;
    return fresh ? this.#target.make(random) : random.pick(this.#kept);
  }

  /** Once more in halves, down to those that reach something new, and at what cost. */
  async #keep(inputs: readonly Uint8Array[], coverage: Coverage): Promise<Finding | undefined> {
    const middle = inputs.length >> 1;
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      for (const input of half) await this.#fault(input);
      const scripts = coverage.take();
      if (!this.#isNew(scripts)) continue;
      const finding = half.length > 1 ? await this.#keep(half, coverage) : this.#keepOne(half[0]!, scripts);
      if (finding !== undefined) return finding;
    }
    return undefined;
  }

  #keepOne(input: Uint8Array, scripts: Blocks): Finding | undefined {
    this.#kept.push(input);
    for (const block of blockNames(scripts)) this.#seen.add(block);
    const work = steps(scripts);
    if (work <= baseSteps + stepsPerOctet * input.length) return undefined;
    return { input, error: new Error(`${work} steps for ${input.length} octets`) };
  }

  #isNew(scripts: Blocks): boolean {
    return blockNames(scripts).some(block => !this.#seen.has(block));
  }

  async #fault(input: Uint8Array): Promise<unknown> {
    try {
      await this.#target.check(input.slice());
      return undefined;
    } catch (error) {
      return error ?? new Error('thrown: nothing');
    }
  }

  async #minimised({ input, error }: Finding): Promise<Finding> {
    const kind = kindOf(error);
    const smallest = await minimise(input, async shorter => {
      const fault = await this.#fault(shorter);
      return fault !== undefined && kindOf(fault) === kind;
    });
    return { input: smallest, error: await this.#fault(smallest) };
  }
}

/** What makes two failures the same: the first line without its numbers. */
function kindOf(error: unknown): string {
  return String(error).split('\n')[0]!.replaceAll(/\d+/g, '#');
}
