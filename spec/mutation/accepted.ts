// Mutants that no spec can notice, or need not: by module, each change as `npm run mutation` prints it, and why.

export const accepted: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
