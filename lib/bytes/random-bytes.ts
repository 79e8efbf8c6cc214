// Strong randomness in small portions: the platform's source costs more a call than an byte.

const poolBytes = 4096;
let pool = new Uint8Array(0);
let taken = 0;

/** `byteLength` bytes from the platform's cryptographic source, at most 4096; each is handed out once. */
export function randomBytes(byteLength: number): Uint8Array {
  if (pool.length - taken < byteLength) {
    pool = crypto.getRandomValues(new Uint8Array(poolBytes));
    taken = 0;
  }
  taken += byteLength;
  return pool.subarray(taken - byteLength, taken);
}
