// Collects ranges of bytes into few chunks, for transports that accept several chunks in one call.

/** The length below which neighbours are copied together: an additional chunk costs a transport more than the copy. */
const joinedBytes = 1024;

/** Collects ranges in order. Contiguous ranges become one chunk without a copy; short neighbours are copied into one. */
export class ChunkGatherer {
  /** Not made empty, because the first `push` to an empty array reserves memory for 17 items. */
  #chunks: Uint8Array[] | undefined;
  #target: Uint8Array | undefined;
  #start = 0;
  #end = 0;
  #byteLength = 0;

  /** The number of bytes added since the last `take`. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Adds the bytes of `target` from `start` to `end`. They must not change afterwards. */
  add(target: Uint8Array, start: number, end: number): void {
    this.#byteLength += end - start;
    if (this.#target === target && this.#end === start) {
      this.#end = end;
      return;
    }
    this.#endRange();
    this.#target = target;
    this.#start = start;
    this.#end = end;
  }

  /** Returns the chunks in order, and empties the gatherer. */
  take(): readonly Uint8Array[] {
    this.#endRange();
    const chunks = this.#chunks ?? [];
    this.#chunks = undefined;
    this.#byteLength = 0;
    return joinShort(chunks, joinedBytes);
  }

  #endRange(): void {
    const target = this.#target;
    if (target === undefined) return;
    const whole = this.#start === 0 && this.#end === target.length;
    const chunk = whole ? target : target.subarray(this.#start, this.#end);
    if (this.#chunks === undefined) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
    this.#target = undefined;
  }
}

/** Copies runs of chunks together if they are shorter than `shortBytes`. */
export function joinShort(chunks: readonly Uint8Array[], shortBytes: number): readonly Uint8Array[] {
  if (chunks.length < 2) return chunks;
  const joined: Uint8Array[] = [];
  for (let i = 0; i < chunks.length; ) {
    let end = i;
    while (end < chunks.length && chunks[end]!.length < shortBytes) end += 1;
    if (end - i < 2) joined.push(chunks[i++]!);
    else {
      joined.push(joinBytes(chunks.slice(i, end)));
      i = end;
    }
  }
  return joined;
}

/** Returns the bytes of all chunks in one array; a single chunk is returned as it is. */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
