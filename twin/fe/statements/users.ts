import { errorAnswer, okAnswer, type Answer } from "#twin/mysql/answers.ts";
import { written, type Fe } from "../fe.ts";
import type { UserRecord } from "../store/records.ts";
import { put, remove } from "../store/store.ts";
import { isKnownRole } from "./privileges.ts";
import { unquoted } from "./sql-text.ts";
import type { Statement } from "./statement.ts";

const identity = `(['"\`]?[\\w.-]+['"\`]?)(?:@['"\`]?[%\\w.]*['"\`]?)?`;
const words = (text: string): readonly string[] =>
  text
    .split(",")
    .map((each) => each.trim().toUpperCase())
    .filter((each) => each !== "");
const unknown = (name: string): Answer =>
  errorAnswer(1064, `Getting analyzing error. Detail message: cannot find user '${name}'@'%'!.`);

function change(fe: Fe, quoted: string, next: (user: UserRecord) => UserRecord): Promise<Answer> | Answer {
  const name = unquoted(quoted);
  const user = fe.store.users.get(name);
  return user === undefined ? unknown(name) : written(fe, [put("users", name, next(user))]);
}

function newUser(name: string, password: string): UserRecord {
  return { name, password, systemPrivileges: [], roles: [], defaultRoles: [], tablePrivileges: [] };
}

const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])];
const without = (a: readonly string[], b: readonly string[]): string[] => a.filter((each) => !b.includes(each));

function grantOn(user: UserRecord, on: string, privileges: readonly string[], give: boolean): UserRecord {
  const known = user.tablePrivileges.find((each) => each.on === on)?.privileges ?? [];
  const next = give ? union(known, privileges) : without(known, privileges);
  return {
    ...user,
    tablePrivileges: [...user.tablePrivileges.filter((each) => each.on !== on), { on, privileges: next }],
  };
}

/** `db.t`, `TABLE db.t`, `ALL TABLES IN DATABASE db`, `ALL TABLES IN ALL DATABASES`. */
function target(text: string): string {
  const all = /all\s+tables\s+in\s+(?:all\s+databases|database\s+`?(\w+)`?)/i.exec(text);
  if (all !== null) return all[1] === undefined ? "*.*" : `${all[1]}.*`;
  return text
    .replace(/^(tables?|database)\s+/i, "")
    .replaceAll("`", "")
    .trim();
}

/** Outside tables the grant is remembered on nothing; the twin has no warehouses, functions or views to protect. */
function grants(user: UserRecord): readonly (readonly (string | null)[])[] {
  const who = `'${user.name}'@'%'`;
  const rows: (readonly (string | null)[])[] = [];
  if (user.roles.length > 0)
    rows.push([who, null, `GRANT ${user.roles.map((role) => `'${role}'`).join(", ")} TO ${who}`]);
  if (user.systemPrivileges.length > 0)
    rows.push([
      who,
      "default_catalog",
      `GRANT ${[...user.systemPrivileges].sort().join(", ")} ON SYSTEM TO USER ${who}`,
    ]);
  for (const each of user.tablePrivileges) {
    const [database, table] = each.on.split(".");
    const where =
      table !== "*"
        ? `TABLE ${each.on}`
        : database === "*"
          ? "ALL TABLES IN ALL DATABASES"
          : `ALL TABLES IN DATABASE ${database}`;
    rows.push([who, "default_catalog", `GRANT ${[...each.privileges].sort().join(", ")} ON ${where} TO USER ${who}`]);
  }
  return rows;
}

function showGrants(fe: Fe, quoted: string): Answer {
  const user = fe.store.users.get(unquoted(quoted));
  if (user === undefined) return unknown(unquoted(quoted));
  const column = (name: string, length: number) => ({ name, type: "VAR_STRING" as const, length });
  return {
    kind: "rows",
    columns: [column("UserIdentity", 100), column("Catalog", 400), column("Grants", 400)],
    rows: grants(user),
  };
}

const grantNeeds = ["GRANT"] as const;

export const userStatements: readonly Statement[] = [
  {
    pattern: new RegExp(
      `^create\\s+user\\s+(if\\s+not\\s+exists\\s+)?${identity}(?:\\s+identified\\s+by\\s+(['"].*?['"]))?(?:\\s+default\\s+role.*)?$`,
      "is",
    ),
    answeredBy: "leader",
    needs: grantNeeds,
    run: ({ fe }, match) => {
      const name = unquoted(match[2] ?? "");
      if (fe.store.users.has(name))
        return match[1] === undefined
          ? errorAnswer(1064, `Operation CREATE USER failed for '${name}'@'%' : user already exists`)
          : okAnswer();
      return written(fe, [put("users", name, newUser(name, unquoted(match[3] ?? "''")))]);
    },
  },
  {
    pattern: new RegExp(`^drop\\s+user\\s+(?:if\\s+exists\\s+)?${identity}$`, "is"),
    answeredBy: "leader",
    needs: grantNeeds,
    run: ({ fe }, match) => written(fe, [remove("users", unquoted(match[1] ?? ""))]),
  },
  {
    pattern: new RegExp(
      `^(?:set\\s+password\\s+for\\s+${identity}\\s*=\\s*(?:password\\s*\\(\\s*)?|alter\\s+user\\s+(?:if\\s+exists\\s+)?${identity}\\s+identified\\s+by\\s+)(['"].*?['"])\\s*\\)?$`,
      "is",
    ),
    answeredBy: "leader",
    needs: [],
    run: ({ fe }, match) =>
      change(fe, match[1] ?? match[2] ?? "", (user) => ({ ...user, password: unquoted(match[3] ?? "") })),
  },
  {
    pattern: new RegExp(
      `^(grant|revoke)\\s+([\\w\\s,]+?)\\s+on\\s+system\\s+(?:to|from)\\s+(?:user\\s+)?${identity}$`,
      "is",
    ),
    answeredBy: "leader",
    needs: grantNeeds,
    run: ({ fe }, match) =>
      change(fe, match[3] ?? "", (user) => {
        const given = words(match[2] ?? "");
        const held = user.systemPrivileges;
        return { ...user, systemPrivileges: /grant/i.test(match[1] ?? "") ? union(held, given) : without(held, given) };
      }),
  },
  {
    pattern: new RegExp(
      `^(grant|revoke)\\s+([\\w\\s,]+?)\\s+on\\s+(.+?)\\s+(?:to|from)\\s+(?:user\\s+)?${identity}$`,
      "is",
    ),
    answeredBy: "leader",
    needs: grantNeeds,
    run: ({ fe }, match) =>
      change(fe, match[4] ?? "", (user) =>
        grantOn(user, target(match[3] ?? ""), words(match[2] ?? ""), /grant/i.test(match[1] ?? "")),
      ),
  },
  {
    pattern: new RegExp(`^(grant|revoke)\\s+([\\w'",\\s]+?)\\s+(?:to|from)\\s+(?:user\\s+)?${identity}$`, "is"),
    answeredBy: "leader",
    needs: grantNeeds,
    run: ({ fe }, match) => {
      const roles = (match[2] ?? "").split(",").map((each) => unquoted(each));
      const strange = roles.find((role) => !isKnownRole(role));
      if (strange !== undefined)
        return errorAnswer(1064, `Getting analyzing error. Detail message: cannot find role ${strange}!.`);
      const give = /grant/i.test(match[1] ?? "");
      return change(fe, match[3] ?? "", (user) => ({
        ...user,
        roles: give ? union(user.roles, roles) : without(user.roles, roles),
        defaultRoles: give ? user.defaultRoles : without(user.defaultRoles, roles),
      }));
    },
  },
  {
    pattern: new RegExp(`^set\\s+default\\s+role\\s+(.+?)\\s+to\\s+${identity}$`, "is"),
    answeredBy: "leader",
    needs: [],
    run: ({ fe }, match) => {
      const wanted = match[1] ?? "";
      return change(fe, match[2] ?? "", (user) => ({
        ...user,
        defaultRoles: /^all$/i.test(wanted)
          ? user.roles
          : /^none$/i.test(wanted)
            ? []
            : wanted.split(",").map((each) => unquoted(each)),
      }));
    },
  },
  {
    pattern: /^set\s+role\s+.+$/is,
    answeredBy: "here",
    needs: [],
    run: () => okAnswer(),
  },
  {
    pattern: new RegExp(`^show\\s+grants(?:\\s+for\\s+(?:user\\s+)?${identity})?$`, "is"),
    answeredBy: "here",
    needs: [],
    run: ({ fe, session }, match) => showGrants(fe, match[1] ?? session.user),
  },
];
