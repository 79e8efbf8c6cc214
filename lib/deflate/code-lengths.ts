// Chooses code lengths by the frequencies of symbols: Huffman's code with a limited length.

const ranked = new Uint32Array(288);
const weights = new Uint32Array(288);
const counts = new Uint16Array(288);

/**
 * Fills `lengths` with the lengths of an optimal prefix code, none above `longest`. A symbol that does not occur has length
 * 0, and a symbol that is the only one has length 1.
 *
 * @param frequencies - each below 2^23
 */
export function chooseCodeLengths(frequencies: Uint16Array, lengths: Uint8Array, longest: number): void {
  lengths.fill(0);
  let used = 0;
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    if (frequencies[symbol]! > 0) ranked[used++] = (frequencies[symbol]! << 9) | symbol;
  }
  if (used === 0) return;
  if (used === 1) {
    lengths[ranked[0]! & 511] = 1;
    return;
  }
  ranked.subarray(0, used).sort();
  for (let i = 0; i < used; i++) weights[i] = ranked[i]! >>> 9;
  replaceByDepths(used);
  const deepest = weights[0]!;
  counts.fill(0, 0, Math.max(deepest, longest) + 1);
  for (let i = 0; i < used; i++) counts[weights[i]!]!++;
  if (deepest > longest) shorten(deepest, longest);
  for (let i = 0, length = longest; length > 0; length--) {
    for (let left = counts[length]!; left > 0; left--) lengths[ranked[i++]! & 511] = length;
  }
}

/**
 * Replaces the ascending `weights` by the depths of their leaves, in place (Moffat and Katajainen 1995): first by the index
 * of each inner node's parent, then by inner depths, then by the depths of the leaves.
 */
function replaceByDepths(used: number): void {
  let leaf = 0;
  let root = 0;
  for (let next = 0; next < used - 1; next++) {
    let weight = 0;
    for (let child = 0; child < 2; child++) {
      if (leaf >= used || (root < next && weights[root]! < weights[leaf]!)) {
        weight += weights[root]!;
        weights[root++] = next;
      } else weight += weights[leaf++]!;
    }
    weights[next] = weight;
  }
  weights[used - 2] = 0;
  for (let next = used - 3; next >= 0; next--) weights[next] = weights[weights[next]!]! + 1;
  let inner = used - 2;
  let open = 1;
  for (let next = used - 1, depth = 0; open > 0; depth++) {
    let nodes = 0;
    for (; inner >= 0 && weights[inner] === depth; inner--) nodes++;
    for (; open > nodes; open--) weights[next--] = depth;
    open = nodes * 2;
  }
}

/**
 * Limits the counts of lengths to `longest`. The leaves that move up over-subscribe the code. Removing one leaf of the longest
 * length and splitting a shorter one frees one code at a time.
 */
function shorten(deepest: number, longest: number): void {
  for (let length = longest + 1; length <= deepest; length++) counts[longest]! += counts[length]!;
  let total = 0;
  for (let length = 1; length <= longest; length++) total += counts[length]! << (longest - length);
  for (; total > 1 << longest; total--) {
    counts[longest]!--;
    let shorter = longest - 1;
    while (counts[shorter] === 0) shorter--;
    counts[shorter]!--;
    counts[shorter + 1]! += 2;
  }
}
