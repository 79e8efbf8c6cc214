// Counts the bytes that a function allocates, copies or fills, as an upper bound of the memory that it uses.

export interface Metered<Result> {
  readonly result: Result;
  readonly bytes: number;
}

/** Runs the function. Counts operations on `Uint8Array`, in which the library keeps a peer's bytes. */
export function metered<Result>(work: () => Result): Metered<Result> {
  const original = globalThis.Uint8Array;
  const { set, slice } = original.prototype;
  let bytes = 0;
  globalThis.Uint8Array = new Proxy(original, {
    construct(target, args, newTarget) {
      const array = Reflect.construct(
        target,
        args,
        newTarget === globalThis.Uint8Array ? target : newTarget,
      ) as Uint8Array;
      // A view of a buffer is neither an allocation nor a copy.
      if (!(args[0] instanceof ArrayBuffer)) bytes += array.length;
      return array;
    },
  });
  original.prototype.set = function (this: Uint8Array, source: ArrayLike<number>, offset?: number) {
    bytes += source.length;
    return set.call(this, source, offset);
  };
  original.prototype.slice = function (this: Uint8Array<ArrayBuffer>, start?: number, end?: number) {
    const sliced = slice.call(this, start, end) as Uint8Array<ArrayBuffer>;
    bytes += sliced.length;
    return sliced;
  };
  try {
    const result = work();
    return { result, bytes };
  } finally {
    globalThis.Uint8Array = original;
    Object.assign(original.prototype, { set, slice });
  }
}
