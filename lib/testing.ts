/**
 * Tools for tests: duplex pairs in memory, chunkers, seeded keys.
 *
 * @module wsluice/testing
 */

export { type DuplexPairOptions, duplexPair, type TestDuplex } from './testing/duplex-pair.ts';
export { type FakeClock, fakeClock } from './testing/fake-clock.ts';
export { every, rechunk, seededLengths } from './testing/rechunk.ts';
export { RechunkStream, type RechunkStreamOptions } from './testing/rechunk-stream.ts';
export { type Outcome, runCuts } from './testing/run-cuts.ts';
export { seededKeys } from './testing/seeded-keys.ts';
export { seededRandom } from './testing/seeded-random.ts';
export { type SocketPair, type SocketPairOptions, socketPair } from './testing/socket-pair.ts';
