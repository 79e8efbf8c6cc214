// How many octets are allocated, copied or filled while something runs: what bounds the memory that it can hold.

/** What was returned, and the octets. */
export interface Metered<Result> {
  readonly result: Result;
  readonly octets: number;
}

/** Counts in typed arrays of octets, which is where the library keeps what peers send. */
export function metered<Result>(work: () => Result): Metered<Result> {
  const original = globalThis.Uint8Array;
  const { set, slice } = original.prototype;
  let octets = 0;
  globalThis.Uint8Array = new Proxy(original, {
    construct(target, args, newTarget) {
      const array = Reflect.construct(
        target,
        args,
        newTarget === globalThis.Uint8Array ? target : newTarget,
      ) as Uint8Array;
      // A view of a buffer is neither an allocation nor a copy.
      if (!(args[0] instanceof ArrayBuffer)) octets += array.length;
      return array;
    },
  });
  original.prototype.set = function (this: Uint8Array, source: ArrayLike<number>, offset?: number) {
    octets += source.length;
    return set.call(this, source, offset);
  };
  original.prototype.slice = function (this: Uint8Array<ArrayBuffer>, start?: number, end?: number) {
    const sliced = slice.call(this, start, end) as Uint8Array<ArrayBuffer>;
    octets += sliced.length;
    return sliced;
  };
  try {
    const result = work();
    return { result, octets };
  } finally {
    globalThis.Uint8Array = original;
    Object.assign(original.prototype, { set, slice });
  }
}
