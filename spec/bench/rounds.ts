// Rounds of candidates in turn: on a machine with neighbours a core may be half as fast for a while, so a candidate is
// compared with the others of the same round.

export interface Pace {
  readonly warmupMs: number;
  readonly roundMs: number;
  readonly rounds: number;
}

/** Node 24 reaches its steady cost only after four to six seconds at full load. */
export const fullPace: Pace = { warmupMs: 5000, roundMs: 700, rounds: 7 };
export const quickPace: Pace = { warmupMs: 1500, roundMs: 400, rounds: 5 };

/** Runs each candidate for `warmupMs`, then for `roundMs` in each round; returns what they gave, by round. */
export async function inTurn<Candidate, Result>(
  candidates: readonly Candidate[],
  { warmupMs, roundMs, rounds }: Pace,
  run: (candidate: Candidate, ms: number) => Promise<Result>,
): Promise<Map<Candidate, Result[]>> {
  const results = new Map<Candidate, Result[]>(candidates.map(candidate => [candidate, []]));
  for (const candidate of candidates) await run(candidate, warmupMs);
  for (let round = 0; round < rounds; round++) {
    for (const [candidate, list] of results) list.push(await run(candidate, roundMs));
  }
  return results;
}
