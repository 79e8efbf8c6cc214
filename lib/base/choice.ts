// Which end of a connection is ours.

import { type OptionRule, oneOf, required } from './option-rule.ts';

/** Which end of the connection is ours. */
export type Role = 'client' | 'server';

export const roleRule: OptionRule<Role> = /* @__PURE__ */ required(
  /* @__PURE__ */ oneOf(['client', 'server']),
);

/** @throws TypeError when it is no {@link Role} */
export function checkedRole(role: Role): Role {
  return roleRule.check(role, 'role', {});
}
