// How much work one `read()` of a stage may do: see `busy` of `Stage`.

/** The most bytes that a stage works on between two outputs; then it is busy. Decoding so many takes about 1 ms. */
export const budgetBytes = 262_144;

/** A stage works on larger pieces in slices of so many bytes. */
export const sliceBytes = 65_536;

/** A stage made of stages takes at most so many items that yield no output: fragments of a byte, for example, take 1 ms. */
export const maxItems = 2048;
