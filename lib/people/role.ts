/** What a person is to the console. Each may do what those before it may. */
export const ROLES = ["viewer", "operator", "approver"] as const;
export type PersonRole = (typeof ROLES)[number];

export function isAtLeast(role: PersonRole, least: PersonRole): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}
