/** What is read off a section, and what differs between two files; all of it pure. */
import { parse as parseYaml } from "yaml";
import { canonicalJson } from "#server/journal/chain.ts";
import type { FileProblem, Section, SectionProblem } from "#lib/wire/configuration.ts";
import { changesBetween, isGroup } from "#lib/wire/section.ts";
import type { FileChange } from "#server/services/configuration.ts";
import type { ConfigProblem } from "../config-problems.ts";
import { digestOf } from "./config-file.ts";
import type { RawSection } from "./section-edit.ts";

export function differing(before: readonly RawSection[], after: readonly RawSection[]): FileChange["clusters"] {
  const old = new Map(before.map(({ id, section }) => [id, section]));
  const changed = after.flatMap(({ id, section }) => {
    const was = old.get(id);
    const fields = [...new Set(changesBetween(was ?? {}, section).map(({ field }) => field))];
    return fields.length === 0
      ? []
      : [{ id, how: was === undefined ? ("added" as const) : ("changed" as const), fields }];
  });
  const kept = new Set(after.map(({ id }) => id));
  const gone = before.filter(({ id }) => !kept.has(id));
  return [...changed, ...gone.map(({ id }) => ({ id, how: "removed" as const, fields: [] }))];
}

export function revisionOf(section: Section): string {
  return digestOf(canonicalJson(section));
}

export function restartOf(first: string, now: string): string | null {
  const changed = changesBetween(consoleOf(first), consoleOf(now)).map(({ field }) => `console.${field}`);
  return changed.length === 0
    ? null
    : `${[...new Set(changed)].join(", ")}: in force from the console's next start on.`;
}

function consoleOf(text: string): Section {
  const whole: unknown = parseYaml(text);
  const found = isGroup(whole) ? whole["console"] : null;
  return isGroup(found) ? found : {};
}

export function problemOfFile({ line, path, wrong, remedy }: ConfigProblem): FileProblem {
  return { line, field: path, wrong, remedy };
}

/** `clusters[2].account.password` of the third one is its own `account.password`. */
export function problemOfSection({ path, line, wrong, remedy }: ConfigProblem, index: number): SectionProblem {
  const own = `clusters[${index}]`;
  if (path === own) return { field: "", wrong, remedy };
  if (path.startsWith(own)) return { field: path.slice(own.length).replace(/^\./, ""), wrong, remedy };
  return { field: "", wrong: `Line ${line}, ${path || "the file"}: ${wrong}`, remedy };
}

export function idIn(section: Section): string | null {
  const { id } = section;
  return typeof id === "string" && /^[a-z0-9][a-z0-9-]{0,62}$/.test(id) ? id : null;
}

export function passwordOf(section: Section): string | null {
  const { account } = section;
  const password = isGroup(account) ? account["password"] : null;
  return typeof password === "string" ? password : null;
}

export function withPassword(section: Section, reference: string): Section {
  const { account } = section;
  return { ...section, account: { ...(isGroup(account) ? account : {}), password: reference } };
}

export function withoutPassword(section: Section): Section {
  const { account } = section;
  if (!isGroup(account)) return section;
  const { password: _, ...rest } = account;
  return { ...section, account: rest };
}
