// How every option that is one of a few words is checked: once, in the constructor.

/**
 * The value, one of `choices`.
 *
 * @throws TypeError when it is none of them
 */
export function checkedChoice<Choice extends string>(
  name: string,
  value: Choice,
  choices: readonly Choice[],
): Choice {
  if (choices.includes(value)) return value;
  const words = choices.map(choice => `'${choice}'`).join(' or ');
  throw new TypeError(`${name} must be ${words}, not ${String(value)}`);
}

/** Which end of the connection is ours. */
export type Role = 'client' | 'server';

/** @throws TypeError when it is no {@link Role} */
export function checkedRole(role: Role): Role {
  return checkedChoice('role', role, ['client', 'server']);
}
