// The amount of work that one `read()` of a stage may do: see `busy` of `Stage`.

/** The most bytes that a stage works on between two outputs; then it is busy. Decoding them takes about 1 ms. */
export const budgetBytes = 262_144;

/** The slice size of larger pieces, in bytes: a stage works on one slice at a time. */
export const sliceBytes = 65_536;
