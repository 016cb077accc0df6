/** A cluster's section as text, and back. */
import { t } from "#components/language/t.ts";
import type { Section, SectionProblem } from "#lib/wire/configuration.ts";
import { isGroup } from "#lib/wire/section.ts";

/** With its line, where the reader of the text names one. */
export type Mistake = SectionProblem & { readonly line?: number };

export type Read = { readonly ok: true; readonly section: Section } | { readonly ok: false; readonly problem: Mistake };

/** One cluster: its settings alone, as an entry of a list, or with `clusters:` over it, as it is copied from a file. */
export async function readSection(text: string): Promise<Read> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = error.linePos?.[0].line ?? 1;
    const wrong = t("It is not YAML: {why}.", { why: error.message.split(/ at line|\n/)[0] ?? "" });
    const remedy = t("Indent with spaces, and quote what begins with a sign.");
    return { ok: false, problem: { field: "", line, wrong, remedy } };
  }
  const whole: unknown = document.toJS();
  const listed = isGroup(whole) && "clusters" in whole ? whole["clusters"] : whole;
  const one: unknown = Array.isArray(listed) && listed.length === 1 ? listed[0] : listed;
  if (isGroup(one)) return { ok: true, section: one };
  const wrong = Array.isArray(listed)
    ? t("There are {count} clusters in it.", { count: listed.length })
    : t("There are no settings in it.");
  return { ok: false, problem: { field: "", wrong, remedy: t("Write the settings of one cluster, from its id on.") } };
}

/** As it goes into a file. */
export function writeSection(text: string): string {
  if (/^clusters:/m.test(text)) return text;
  const lines = text.trimEnd().split("\n");
  const isEntry = /^\s*- /.test(lines.find((line) => !/^\s*(#|$)/.test(line)) ?? "");
  const indented = lines.map((line, index) => `${isEntry || index === 0 ? "" : "  "}${line}`);
  return `clusters:\n  ${isEntry ? "" : "- "}${indented.join("\n  ")}\n`;
}

/** The line of the last name of `nodes[1].owner.kind` that can be found in the text; null where none can. */
export function lineOf(
  text: string,
  { field, line }: Pick<SectionProblem, "field"> & { readonly line?: number },
): number | null {
  if (line !== undefined) return line;
  const names = field.split(/[.[\]]+/).filter((name) => name !== "");
  const lines = text.split("\n");
  let at = 0;
  let found = -1;
  for (const name of names) {
    const isEntry = /^\d+$/.test(name);
    const next = isEntry
      ? nthEntry(lines, at, Number(name))
      : lines.findIndex((each, index) => index >= at && hasKey(each, name));
    if (next < 0) break;
    found = next;
    at = isEntry || hasValue(lines[next] ?? "") ? next : next + 1;
  }
  return found < 0 ? null : found + 1;
}

function hasKey(line: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|\\]/g, "\\$&");
  return new RegExp(`(^|[\\s{,-])"?${escaped}"?\\s*:`).test(line);
}

function hasValue(line: string): boolean {
  return /:\s+\S/.test(line.replace(/#.*/, ""));
}

/** Entries of a list that begin at one depth, that of the first. */
function nthEntry(lines: readonly string[], from: number, nth: number): number {
  const first = lines.findIndex((line, index) => index >= from && /^\s*- /.test(line));
  if (first < 0) return -1;
  const depth = (lines[first] ?? "").search(/\S/);
  let count = -1;
  for (let index = first; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    if (line.search(/\S/) === depth && line.trimStart().startsWith("- ")) count += 1;
    if (count === nth) return index;
  }
  return -1;
}

/** What a new one begins with: servers behind a load balancer, whose owner is systemd. */
export const STARTER = [
  "id: shop",
  "name: Shop",
  "system: process",
  "hosts:",
  "  - { name: web-1, kind: ssh, destination: deploy@web-1.example.net }",
  "nodes:",
  "  - name: app-1",
  "    address: 10.0.0.7:8080",
  "    host: web-1",
  "    home: /srv/shop",
  "    owner: { kind: systemd, unit: shop.service }",
  "",
].join("\n");
