// Strong random bytes from a pool, because a call of the platform's source costs more than the bytes.

const poolBytes = 4096;
let pool = new Uint8Array(0);
let taken = 0;

/** Returns `byteLength` bytes from the platform's cryptographic source, at most 4096. No byte is returned twice. */
export function randomBytes(byteLength: number): Uint8Array {
  if (pool.length - taken < byteLength) {
    pool = crypto.getRandomValues(new Uint8Array(poolBytes));
    taken = 0;
  }
  taken += byteLength;
  return pool.subarray(taken - byteLength, taken);
}
