import { errorAnswer, type Answer } from "#twin/mysql/answers.ts";
import type { Store } from "../store/store.ts";
import type { UserRecord } from "../store/records.ts";
import type { SystemPrivilege } from "./statement.ts";

/** Built-in roles and what they hold on SYSTEM (NODE comes with cluster_admin alone). */
const roles: Readonly<Record<string, readonly SystemPrivilege[]>> = {
  root: ["OPERATE", "NODE", "BLACKLIST", "GRANT", "REPOSITORY"],
  cluster_admin: ["OPERATE", "NODE", "BLACKLIST"],
  db_admin: ["BLACKLIST", "REPOSITORY"],
  user_admin: ["GRANT"],
  public: [],
};

export function isKnownRole(name: string): boolean {
  return name in roles;
}

export function holds(user: UserRecord, privilege: SystemPrivilege): boolean {
  if (user.name === "root") return true;
  if (user.systemPrivileges.includes(privilege)) return true;
  return user.defaultRoles.some((role) => roles[role]?.includes(privilege) ?? false);
}

export function holdsAny(store: Store, userName: string, privileges: readonly SystemPrivilege[]): boolean {
  const user = store.users.get(userName);
  if (user === undefined) return false;
  return privileges.length === 0 || privileges.some((each) => holds(user, each));
}

/** Whether a user sees a table at all: any privilege on it will do. */
export function seesTable(store: Store, userName: string, database: string, table: string): boolean {
  const user = store.users.get(userName);
  if (user === undefined) return false;
  if (user.name === "root") return true;
  const names = [`${database}.${table}`, `${database}.*`, "*.*"];
  return user.tablePrivileges.some((each) => names.includes(each.on) && each.privileges.length > 0);
}

const list = (names: readonly string[]): string => (names.length === 0 ? "NONE" : names.join(","));

/** 5203, in the words of the recordings. */
export function denied(store: Store, userName: string, privileges: readonly SystemPrivilege[]): Answer {
  const user = store.users.get(userName);
  const active = user?.defaultRoles ?? [];
  const idle = (user?.roles ?? []).filter((role) => !active.includes(role));
  return errorAnswer(
    5203,
    `Access denied; you need (at least one of) the ${privileges.join(" OR ")} privilege(s) on SYSTEM for this operation. ` +
      "Please ask the admin to grant permission(s) or try activating existing roles using <set [default] role>. " +
      `Current role(s): ${list(active)}. Inactivated role(s): ${list(idle)}.`,
  );
}
