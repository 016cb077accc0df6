/** What the account may do, asked by doing it: a right that is missing is printed as the GRANT that gives it. */
import type { Check } from "#lib/run/check.ts";
import { ask } from "./check-parts.ts";
import { fails, list, passes, unknown } from "../shared/check-parts.ts";
import { grantRows } from "./rows.ts";
import type { StarRocksNode } from "./topology.ts";
import { explain, type World } from "./world.ts";

const question = ask("account-rights", null);

/** A statement that changes nothing, and the right it needs (facts, 1.9). */
const PROBES = [
  ["SHOW BACKENDS", "cluster_admin"],
  ["ADMIN SHOW FRONTEND CONFIG LIKE 'run_mode'", "OPERATE"],
  ["SHOW BACKEND BLACKLIST", "BLACKLIST"],
] as const;

export async function accountCheck(world: World): Promise<Check> {
  const frontend = world.askableFrontends[0];
  if (frontend === undefined) return unknown(question, "no FE can be asked", "Start an FE.");
  const who = await world.poll(frontend, "SELECT current_user()");
  const identity = who.ok ? (Object.values(who.rows[0] ?? {})[0] ?? null) : null;
  const user = identity ?? `'${world.config.account.user}'@'%'`;
  const missing: string[] = [];
  const said: string[] = [];
  for (const [statement, right] of PROBES) {
    const answer = await world.poll(frontend, statement);
    if (answer.ok) continue;
    if (answer.failure.kind !== "privilege") {
      return unknown(
        question,
        `${frontend.id}: ${explain(answer.failure, world.config.account.user)}`,
        "Look at the FE, then try again.",
      );
    }
    said.push(answer.failure.message);
    missing.push(right);
  }
  if (!missing.includes("cluster_admin") && (await lacksNode(world, frontend))) missing.push("cluster_admin");
  if (missing.length === 0)
    return passes(question, `${user} was answered ${list(PROBES.map(([statement]) => statement))}`);
  const inactive = said.some((text) => /Inactivated role\(s\): (?!NONE)/.test(text));
  const grants = missing.map((right) => grantFor(right, user));
  const remedy = [...(inactive ? [] : grants), `SET DEFAULT ROLE ALL TO ${user};`].join("\n");
  return fails(question, `not granted to ${user}: ${list(missing)}`, remedy);
}

/**
 * NODE, which writing an image of the metadata needs, comes with the built-in roles alone (facts, 1.9), and nothing that
 * changes nothing asks for it. Who has another role may have it by that.
 */
async function lacksNode(world: World, frontend: StarRocksNode): Promise<boolean> {
  const answer = await world.poll(frontend, "SHOW GRANTS");
  const rows = answer.ok ? (grantRows(answer.rows) ?? []) : [];
  const grants = rows.map((row) => row.Grants ?? "");
  return (
    grants.length > 0 && !grants.some((grant) => /\bNODE\b/.test(grant) || /^GRANT\s+'[^']+'.*\bTO\b/i.test(grant))
  );
}

function grantFor(right: string, user: string): string {
  return right === "cluster_admin"
    ? `GRANT cluster_admin TO USER ${user};`
    : `GRANT ${right} ON SYSTEM TO USER ${user};`;
}
