/**
 * A cluster's section as a form, and back. What the form has no field for is kept as the file has it, so that a person
 * may write there what the browser does not know.
 */
import type { FoundNode, Section, SectionProblem } from "#lib/wire/configuration.ts";
import { isGroup } from "#lib/wire/section.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";

/** `kept`: the console has it in a file of its own, and nobody gets to see it. */
export type PasswordWay = "typed" | "kept" | "env" | "file" | "none";
export type Strategy = "none" | "swap" | "symlink" | "command" | "manual";

export type HostForm = {
  readonly name: string;
  readonly kind: "local" | "ssh";
  /** As after `ssh`; "" for this machine. */
  readonly destination: string;
  readonly prefix: string;
  readonly rest: Section;
};
export const THIS_MACHINE: HostForm = { name: "local", kind: "local", destination: "", prefix: "", rest: {} };
export type NodeForm = {
  readonly address: string;
  readonly role: FoundNode["role"] | null;
  readonly version: string | null;
  readonly name: string;
  readonly host: string;
  /** Without one it is watched only, and does not stand in the file. */
  readonly home: string;
  readonly rest: Section;
};
export type InstallForm = {
  readonly strategy: Strategy;
  readonly folder: string;
  readonly link: string;
  readonly argv: string;
  readonly restore: string;
  readonly versions: string;
  /** The folder of packages on the console's machine, and what else is said of them. */
  readonly packages: string;
  readonly packagesRest: Section;
};

export type ClusterForm = {
  readonly id: string;
  readonly name: string;
  readonly frontends: string;
  readonly user: string;
  readonly passwordWay: PasswordWay;
  /** As it is typed now. */
  readonly password: string;
  /** The variable's name or the file's path. */
  readonly passwordAt: string;
  readonly hosts: readonly HostForm[];
  readonly nodes: readonly NodeForm[];
  readonly install: InstallForm;
  readonly rest: Section;
};

const OWN = ["id", "name", "system", "frontends", "account", "hosts", "nodes", "install"];
const NO_INSTALL: InstallForm = {
  strategy: "none",
  folder: "",
  link: "",
  argv: "",
  restore: "",
  versions: "",
  packages: "",
  packagesRest: {},
};

export const EMPTY_FORM: ClusterForm = {
  id: "",
  name: "",
  frontends: "",
  user: "",
  passwordWay: "typed",
  password: "",
  passwordAt: "",
  hosts: [],
  nodes: [],
  install: NO_INSTALL,
  rest: {},
};

export function formOf(section: Section): ClusterForm {
  const account = groupOf(section["account"]);
  const reference = textOf(account["password"]);
  const id = textOf(section["id"]);
  return {
    id,
    name: textOf(section["name"]) || id,
    frontends: listOf(section["frontends"]).map(textOf).join("\n"),
    user: textOf(account["user"]),
    ...passwordOf(reference, id),
    password: "",
    hosts: listOf(section["hosts"]).map((host) => {
      const { name, kind, destination, prefix, ...rest } = groupOf(host);
      return {
        name: textOf(name),
        kind: kind === "ssh" ? "ssh" : "local",
        destination: textOf(destination),
        prefix: wordsText(listOf(prefix).map(textOf)),
        rest,
      };
    }),
    nodes: Object.entries(groupOf(section["nodes"])).map(([address, place]) => {
      const { name, host, home, ...rest } = groupOf(place);
      return { address, role: null, version: null, name: textOf(name), host: textOf(host), home: textOf(home), rest };
    }),
    install: installOf(groupOf(section["install"])),
    rest: Object.fromEntries(Object.entries(section).filter(([key]) => !OWN.includes(key))),
  };
}

/** The section, with the settings in the order of `before`, and what is typed now beside it. */
export function sectionOf(
  form: ClusterForm,
  before: Section,
): { readonly section: Section; readonly password: string | null } {
  const { password: kept, ...account } = groupOf(before["account"]);
  const reference =
    form.passwordWay === "kept"
      ? kept
      : form.passwordWay === "env" || form.passwordWay === "file"
        ? `${form.passwordWay}:${form.passwordAt.trim()}`
        : undefined;
  const hosts = form.hosts.map(({ name, kind, destination, prefix, rest }) => {
    const words = wordsOf(prefix);
    const where = kind === "ssh" ? { kind, destination: destination.trim(), ...rest } : { kind };
    return { name: name.trim(), ...where, ...(words.length === 0 ? {} : { prefix: words }) };
  });
  const placed = form.nodes.filter(({ home, host }) => home.trim() !== "" && host.trim() !== "");
  const nodes = placed.map(({ address, name, host, home, rest }) => [
    address,
    { ...(name.trim() === "" ? {} : { name: name.trim() }), host: host.trim(), home: home.trim(), ...rest },
  ]);
  const install = installSection(form.install);
  const wanted: Section = {
    id: form.id.trim(),
    ...(form.name.trim() === form.id.trim() && !("name" in before) ? {} : { name: form.name.trim() || form.id.trim() }),
    system: "starrocks",
    frontends: linesOf(form.frontends),
    account: { ...account, user: form.user.trim(), ...(reference === undefined ? {} : { password: reference }) },
    ...(hosts.length === 0 && !("hosts" in before) ? {} : { hosts }),
    ...(nodes.length === 0 && !("nodes" in before) ? {} : { nodes: Object.fromEntries(nodes) }),
    ...(install === null ? {} : { install }),
    ...form.rest,
  };
  const known = Object.keys(before).filter((key) => key in wanted);
  const section = Object.fromEntries([...new Set([...known, ...Object.keys(wanted)])].map((key) => [key, wanted[key]]));
  return { section, password: form.passwordWay === "typed" && form.password !== "" ? form.password : null };
}

/** What a test found, in the form: nodes that it did not know, with a name each. What was written stays. */
export function withFound(form: ClusterForm, found: readonly FoundNode[]): ClusterForm {
  const host = form.hosts[0]?.name ?? "local";
  const byAddress = new Map(form.nodes.map((node) => [node.address, node]));
  const taken = new Set(form.nodes.map(({ name }) => name));
  const nodes = found.map(({ address, role, version }): NodeForm => {
    const known = byAddress.get(address);
    if (known !== undefined) return { ...known, role, version };
    const name = freeName(role, taken);
    taken.add(name);
    return { address, role, version, name, host, home: "", rest: {} };
  });
  const listed = new Set(found.map(({ address }) => address));
  const hosts = form.hosts.length > 0 ? form.hosts : [THIS_MACHINE];
  return { ...form, hosts, nodes: [...nodes, ...form.nodes.filter(({ address }) => !listed.has(address))] };
}

/** Every node of a role that has none yet gets this home. */
export function withHomes(form: ClusterForm, role: FoundNode["role"], home: string): ClusterForm {
  const nodes = form.nodes.map((node) => (node.role === role && node.home.trim() === "" ? { ...node, home } : node));
  return { ...form, nodes };
}

/** An id out of a name, as long as nobody wrote one. */
export function idFrom(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 63);
}

/** The sentence that stands under a field; null when nothing is wrong with it. */
export function wrongWith(problems: readonly SectionProblem[], field: string): string | null {
  const found = problems.filter((problem) => isPartOf(problem.field, field));
  return found.length === 0 ? null : found.map(inWords).join(" ");
}

function inWords({ wrong, remedy }: SectionProblem): string {
  return sentences([said(wrong), said(remedy)]);
}

/** What is said beside no field, for the top of the form. */
export function wrongElsewhere(
  problems: readonly SectionProblem[],
  fields: readonly string[],
): readonly SectionProblem[] {
  return problems.filter((problem) => !fields.some((field) => isPartOf(problem.field, field)));
}

function isPartOf(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

export function linesOf(text: string): readonly string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Words as people type them; where one holds a blank, the list as JSON. */
export function wordsOf(text: string): readonly string[] {
  const trimmed = text.trim();
  if (trimmed.startsWith("[")) {
    try {
      const parsed: unknown = JSON.parse(trimmed);
      if (Array.isArray(parsed)) return parsed.map(String);
    } catch {
      // Taken as it stands: whoever reads it says what is wrong.
    }
  }
  return trimmed === "" ? [] : trimmed.split(/\s+/);
}

function wordsText(words: readonly string[]): string {
  return words.some((word) => /\s/.test(word)) ? JSON.stringify(words) : words.join(" ");
}

function passwordOf(reference: string, id: string): Pick<ClusterForm, "passwordWay" | "passwordAt"> {
  if (reference === "") return { passwordWay: "none", passwordAt: "" };
  if (reference.startsWith("env:")) return { passwordWay: "env", passwordAt: reference.slice("env:".length) };
  const path = reference.replace(/^file:/, "");
  const isOwn = new RegExp(`(^|/)secrets/${id}-[0-9a-f]{8}$`).test(path);
  return isOwn ? { passwordWay: "kept", passwordAt: "" } : { passwordWay: "file", passwordAt: path };
}

function installOf(install: Section): InstallForm {
  const strategy = textOf(install["strategy"]);
  const { folder, ...packagesRest } = groupOf(install["packages"]);
  const words = (key: string): string => wordsText(listOf(install[key]).map(textOf));
  return {
    strategy: isStrategy(strategy) ? strategy : "none",
    folder: textOf(install["artifacts"]) || textOf(install["releases"]),
    link: textOf(install["link"]),
    argv: words("argv"),
    restore: words("restore"),
    versions: listOf(install["versions"]).map(textOf).join("\n"),
    packages: textOf(folder),
    packagesRest,
  };
}

function isStrategy(text: string): text is Strategy {
  return text === "swap" || text === "symlink" || text === "command" || text === "manual";
}

function installSection(form: InstallForm): Section | null {
  const { strategy, folder, link, argv, restore, versions, packages, packagesRest } = form;
  const from = packages.trim() === "" ? {} : { packages: { ...packagesRest, folder: packages.trim() } };
  switch (strategy) {
    case "none":
      return null;
    case "swap":
      return { strategy, artifacts: folder.trim(), ...from };
    case "symlink":
      return { strategy, releases: folder.trim(), ...(link.trim() === "" ? {} : { link: link.trim() }), ...from };
    case "command": {
      const back = wordsOf(restore);
      return {
        strategy,
        argv: wordsOf(argv),
        versions: linesOf(versions),
        ...(back.length === 0 ? {} : { restore: back }),
      };
    }
    case "manual":
      return { strategy, versions: linesOf(versions) };
    default:
      return strategy satisfies never;
  }
}

function freeName(role: FoundNode["role"], taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const name = `${role}-${String(number).padStart(2, "0")}`;
    if (!taken.has(name)) return name;
  }
}

function groupOf(value: unknown): Section {
  return isGroup(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
