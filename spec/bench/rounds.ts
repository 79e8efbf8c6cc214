// Runs candidates in rounds. On a shared machine a core may run at half its speed for a while, so candidates are compared
// only within a round.

export interface Pace {
  readonly warmupMs: number;
  readonly roundMs: number;
  readonly rounds: number;
}

/** Node 24 reaches its steady cost only after four to six seconds at full load. */
const fullPace: Pace = { warmupMs: 5000, roundMs: 700, rounds: 7 };
const quickPace: Pace = { warmupMs: 1500, roundMs: 400, rounds: 5 };

export function paceOf({ quick }: { readonly quick: boolean }): Pace {
  return quick ? quickPace : fullPace;
}

/** Runs a candidate, and measures its CPU time. */
export interface Turns<Candidate, Result> {
  run(candidate: Candidate, ms: number): Promise<Result>;
  /** Milliseconds of CPU that the candidate's process has used. */
  usedMs(candidate: Candidate): Promise<number>;
}

/** Warms each candidate up, then runs each for `roundMs` in every round. Returns the results by round. */
export async function inTurn<Candidate, Result>(
  candidates: readonly Candidate[],
  { warmupMs, roundMs, rounds }: Pace,
  turns: Turns<Candidate, Result>,
): Promise<Map<Candidate, Result[]>> {
  const results = new Map<Candidate, Result[]>(candidates.map(candidate => [candidate, []]));
  for (const candidate of candidates) await warmUp(candidate, warmupMs, turns);
  for (let round = 0; round < rounds; round++) {
    for (const [candidate, list] of results) list.push(await turns.run(candidate, roundMs));
  }
  return results;
}

/** Runs a candidate until it has itself used most of the warm-up time, because a shared machine may give it little CPU. */
async function warmUp<Candidate>(
  candidate: Candidate,
  warmupMs: number,
  { run, usedMs }: Turns<Candidate, unknown>,
): Promise<void> {
  const enough = (await usedMs(candidate)) + warmupMs * 0.6;
  const stepMs = warmupMs / 5;
  for (let passed = 0; passed < 4 * warmupMs; passed += stepMs) {
    await run(candidate, stepMs);
    if (passed + stepMs >= warmupMs && (await usedMs(candidate)) >= enough) return;
  }
}
