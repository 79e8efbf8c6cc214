// Predictable masking keys for tests.

import { seededRandom } from './seeded-random.ts';

/**
 * Returns a source for the option `randomBytes` that gives the same keys for the same seed. For tests only: the masking keys
 * of real connections must not be predictable (RFC 6455 §5.3).
 */
export function seededKeys(seed: number): (byteLength: number) => Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return byteLength => Uint8Array.from({ length: byteLength }, () => random(256));
}
