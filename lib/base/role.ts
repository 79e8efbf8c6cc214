// The role of this endpoint: client or server.

import { type OptionRule, oneOf, required } from './option-rule.ts';

/** The role of this endpoint. */
export type Role = 'client' | 'server';

export const roleRule: OptionRule<Role> = /* @__PURE__ */ required(
  /* @__PURE__ */ oneOf(['client', 'server']),
);

/** @throws TypeError if it is not a {@link Role} */
export function checkedRole(role: Role): Role {
  return roleRule.check(role, 'role', {});
}
