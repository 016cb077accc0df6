/**
 * One YAML file and the environment, read once. Every mistake is reported at the same time, each with its line, its
 * path, what is wrong and what to do: whoever sets up a console should not have to start it ten times.
 */
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { isSecretName } from "#lib/wire/secret-name.ts";
import { explainIssue, problemAt, problemsOf, type ConfigProblem, type Path, type Source } from "./config-problems.ts";
import { isNetwork, problemsOfReach } from "./config-reach.ts";

export type Listen = { readonly host: string; readonly port: number };
export type ConsoleConfig = {
  readonly listen: Listen;
  /** Absolute; journal, history, sessions and the control socket live here. */
  readonly dataDir: string;
  readonly sessionMs: number;
  readonly publicUrl: string | null;
  /** Absolute paths of PEM files; null: the console speaks HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Addresses and networks of proxies that speak TLS in front. */
  readonly trustedProxy: readonly string[];
  /** Read again at every scrape, so that it can be changed without a restart. Null: there are no metrics. */
  readonly metricsToken: SecretReference | null;
};
/** `env:NAME` or `file:/path`: secrets never stand in the file. */
export type SecretReference = string;

export type Config<Cluster> = { readonly console: ConsoleConfig; readonly clusters: readonly Cluster[] };
export type ConfigResult<Cluster> =
  | { readonly ok: true; readonly config: Config<Cluster> }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

type Environment = Readonly<Record<string, string | undefined>>;
type ClusterBasics = { readonly id: string; readonly name: string };

const DEFAULT_DATA = "./data";
const HOUR_MS = 3_600_000;
const LISTEN_ADDRESS = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9_.-]*):(\d{1,5})$/;
/** A Unix socket's path has 108 bytes in Linux, the final zero included. */
const MAX_DATA_PATH_BYTES = 107 - "/console.sock".length;

const listen = z.string().transform((text, context): Listen => {
  const [, host = "", digits = ""] = LISTEN_ADDRESS.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535) {
    context.addIssue(
      `"${text}" is not an address. Write host:port with a port from 0 to 65535, as in "127.0.0.1:8188".`,
    );
    return z.NEVER;
  }
  return { host: host === "" ? "127.0.0.1" : host.replace(/^\[|\]$/g, ""), port };
});

const publicUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
  message: 'Not a web address. Write what people type, as in "https://sluice.example.com".',
});

const proxy = z.string().refine(isNetwork, {
  message: 'Not an address or network. Write the proxy\'s own, as in "10.20.4.2" or "10.20.4.0/24".',
});

const consoleSchema = z.strictObject({
  listen: listen.default({ host: "127.0.0.1", port: 8188 }),
  data: z.string().min(1).default(DEFAULT_DATA),
  sessionHours: z
    .number()
    .positive()
    .max(24 * 30)
    .default(12),
  publicUrl: publicUrl.optional(),
  tls: z.strictObject({ cert: z.string().min(1), key: z.string().min(1) }).optional(),
  trustedProxy: z.array(proxy).min(1, "No address is named. Name the proxy's, or leave trustedProxy out.").optional(),
  metricsToken: z.string().optional(),
});

const fileSchema = z.strictObject({
  console: z.unknown().optional(),
  /** None at all is a console that was just set up: clusters are added from the browser then. */
  clusters: z.array(z.unknown()).nullish(),
});

/** With the text that it was read from: it is what the console goes on from when the file is changed. */
export type ReadResult<Cluster> =
  | { readonly ok: true; readonly config: Config<Cluster>; readonly text: string }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export function readConfig<Cluster extends ClusterBasics>(
  file: string,
  environment: Environment,
  clusterSchema: z.ZodType<Cluster>,
): ReadResult<Cluster> {
  try {
    const text = readFileSync(file, "utf8");
    const parsed = parseConfig(text, dirname(resolve(file)), environment, clusterSchema);
    return parsed.ok ? { ...parsed, text } : parsed;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const wrong = `The file cannot be read (${String(error.code)}).`;
    const remedy = "Name it with --config or SLUICE_CONFIG; docs/configuration.md has one to begin with.";
    return { ok: false, problems: [{ line: 1, path: "", wrong, remedy }] };
  }
}

export function parseConfig<Cluster extends ClusterBasics>(
  text: string,
  folder: string,
  environment: Environment,
  clusterSchema: z.ZodType<Cluster>,
): ConfigResult<Cluster> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const source: Source = { document, lines };
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map((error) => syntax(lines, error)) };

  const problems = new ProblemList();
  const raw = resolveFileReferences(document.toJS(), folder);
  walk(raw, [], (path, value) => problems.add(...secretProblems(source, path, value, environment)));
  const file = fileSchema.safeParse(raw ?? {}, { error: explainIssue });
  if (!file.success) problems.add(...problemsOf(source, file.error.issues, []));

  const rawConsole = member(raw, "console") ?? {};
  const console = consoleSchema.safeParse(rawConsole, { error: explainIssue });
  if (!console.success) problems.add(...problemsOf(source, console.error.issues, ["console"]));
  problems.add(...reachProblems(source, rawConsole, folder), ...dataProblems(source, rawConsole, folder));

  const rawClusters = member(raw, "clusters");
  const clusters: Cluster[] = [];
  for (const [index, rawCluster] of Array.isArray(rawClusters) ? rawClusters.entries() : []) {
    const named = withName(rawCluster);
    const parsed = clusterSchema.safeParse(named, { error: explainIssue });
    if (parsed.success) clusters.push(parsed.data);
    else problems.add(...problemsOf(source, allIssues(clusterSchema, named, parsed.error.issues), ["clusters", index]));
  }
  problems.add(...duplicates(source, Array.isArray(rawClusters) ? rawClusters : []));

  if (problems.all.length > 0 || !console.success) return { ok: false, problems: problems.all };
  const { data, sessionHours, publicUrl, tls, trustedProxy, metricsToken } = console.data;
  return {
    ok: true,
    config: {
      console: {
        listen: console.data.listen,
        dataDir: resolve(folder, data),
        sessionMs: sessionHours * HOUR_MS,
        publicUrl: publicUrl ?? null,
        tls: tls === undefined ? null : { cert: resolve(folder, tls.cert), key: resolve(folder, tls.key) },
        trustedProxy: trustedProxy ?? [],
        metricsToken: metricsToken ?? null,
      },
      clusters,
    },
  };
}

const MAX_ROUNDS = 5;

/**
 * A schema looks at how things fit together only when each is right by itself. So what is wrong is taken out and the
 * rest is read again: an unknown setting must not hide a host that does not exist.
 */
function allIssues<T>(
  schema: z.ZodType<T>,
  value: unknown,
  first: readonly z.core.$ZodIssue[],
): readonly z.core.$ZodIssue[] {
  const found = [...first];
  let rest = value;
  let latest = first;
  for (let round = 0; round < MAX_ROUNDS && latest.length > 0; round += 1) {
    for (const issue of latest) {
      const isNews = round === 0 || found.includes(issue);
      for (const path of wrongPaths(issue)) rest = without(rest, isNews ? path : aroundOf(path));
    }
    const again = schema.safeParse(withName(rest), { error: explainIssue });
    latest = again.success ? [] : again.error.issues;
    found.push(...latest.filter((issue) => !found.some((other) => isAbout(issue, other))));
  }
  return found;
}

/** What cannot be without the part that is wrong goes with it, but no member of a list: others may count on that one. */
function aroundOf(path: Path): Path {
  return path.length < 2 || path.some((key) => typeof key === "number") ? [] : path.slice(0, -1);
}

function wrongPaths(issue: z.core.$ZodIssue): readonly Path[] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
}

/** That something is missing, or too short a list, once parts were taken out, is no news. */
function isAbout(issue: z.core.$ZodIssue, earlier: z.core.$ZodIssue): boolean {
  return wrongPaths(earlier).some((path) => {
    const depth = Math.min(path.length, issue.path.length);
    return path.slice(0, depth).every((key, index) => issue.path[index] === key);
  });
}

function without(value: unknown, [key, ...deeper]: Path): unknown {
  if (key === undefined || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    // Left in its place, empty: the others keep their numbers.
    if (deeper.length === 0) return value.map((item, index): unknown => (index === key ? undefined : item));
    return value.map((item, index) => (index === key ? without(item, deeper) : item));
  }
  const entries = Object.entries(value).filter(([name]) => deeper.length > 0 || name !== key);
  return Object.fromEntries(entries.map(([name, item]) => [name, name === key ? without(item, deeper) : item]));
}

/** A cluster is called by its id where no other name is given. */
function withName(cluster: unknown): unknown {
  const id = member(cluster, "id");
  const isObject = typeof cluster === "object" && cluster !== null && !Array.isArray(cluster);
  return isObject && id !== undefined ? { name: id, ...cluster } : cluster;
}

/** Null when it is gone or empty: whoever needs it says so. */
export function readSecret(reference: SecretReference, environment: Environment): string | null {
  const [kind, name] = splitReference(reference);
  try {
    const value = kind === "env" ? environment[name] : readFileSync(name, "utf8").trimEnd();
    return value === undefined || value === "" ? null : value;
  } catch {
    return null;
  }
}

/** The same place is complained about once: the first who finds something there says it best. */
class ProblemList {
  readonly all: ConfigProblem[] = [];

  add(...problems: readonly ConfigProblem[]): void {
    for (const problem of problems) {
      const known = this.all.some((other) => other.path === problem.path && other.line === problem.line);
      if (!known) this.all.push(problem);
    }
  }
}

function syntax(
  lines: LineCounter,
  error: { readonly pos: readonly [number, number]; readonly message: string },
): ConfigProblem {
  const { line } = lines.linePos(error.pos[0]);
  return {
    line,
    path: "",
    wrong: `This is not YAML: ${error.message}`,
    remedy: "Mend the syntax; the rest is read after that.",
  };
}

function secretProblems(
  source: Source,
  path: Path,
  value: unknown,
  environment: Environment,
): readonly ConfigProblem[] {
  if (typeof value !== "string") return [];
  const [kind, name] = splitReference(value);
  if (kind === null) {
    if (!isSecretName(String(path.at(-1)))) return [];
    const remedy =
      'Write "env:NAME" or "file:/path" here, and put the secret there; then change it, for it was written down.';
    return [problemAt(source, path, "A secret stands in the file.", remedy)];
  }
  if (kind === "env") {
    if ((environment[name] ?? "") !== "") return [];
    return [
      problemAt(source, path, `The environment has no ${name}.`, `Set ${name} for the console, or name another.`),
    ];
  }
  const why = unreadable(name);
  return why === null ? [] : [problemAt(source, path, `${name} ${why}.`, "Make it a file that the console may read.")];
}

function unreadable(file: string): string | null {
  try {
    if (!statSync(file).isFile()) return "is not a file";
    accessSync(file, constants.R_OK);
    return null;
  } catch {
    return existsSync(file) ? "cannot be read by this user" : "does not exist";
  }
}

/** This and the next look at what stands in the file, for a schema that found a mistake elsewhere tells nothing. */
function reachProblems(source: Source, rawConsole: unknown, folder: string): readonly ConfigProblem[] {
  const text = member(rawConsole, "listen");
  const parsed = listen.safeParse(text);
  const tls = member(rawConsole, "tls");
  const reach = {
    host: parsed.success ? parsed.data.host : null,
    publicUrl: member(rawConsole, "publicUrl"),
    cert: member(tls, "cert"),
    key: member(tls, "key"),
    trustedProxy: member(rawConsole, "trustedProxy"),
  };
  return problemsOfReach(source, reach, folder, unreadable);
}

function dataProblems(source: Source, rawConsole: unknown, folder: string): readonly ConfigProblem[] {
  const raw = member(rawConsole, "data");
  const dataDir = resolve(folder, typeof raw === "string" ? raw : DEFAULT_DATA);
  const path = ["console", "data"];
  const why = unwritable(dataDir);
  if (why !== null) {
    return [problemAt(source, path, why, "Name a folder that the console may write to; the journal lives there.")];
  }
  if (Buffer.byteLength(dataDir) <= MAX_DATA_PATH_BYTES) return [];
  const wrong = `${dataDir} is too long for the socket that lies in it.`;
  return [problemAt(source, path, wrong, `Use a path of at most ${MAX_DATA_PATH_BYTES} bytes.`)];
}

/** The folder is made at the start; until then the nearest one above it must allow that. */
function unwritable(folder: string): string | null {
  const standing = existsSync(folder) ? folder : nearestAbove(folder);
  if (!statSync(standing).isDirectory()) return `${standing} is not a folder.`;
  try {
    accessSync(standing, constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return `${standing} cannot be written to by this user.`;
  }
}

function nearestAbove(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) ? parent : nearestAbove(parent);
}

function duplicates(source: Source, clusters: readonly unknown[]): readonly ConfigProblem[] {
  return (["id", "name"] as const).flatMap((key) => {
    const seen = new Map<string, number>();
    return clusters.flatMap((cluster, index) => {
      const value = member(cluster, key);
      if (typeof value !== "string") return [];
      const first = seen.get(value);
      if (first === undefined) {
        seen.set(value, index);
        return [];
      }
      const wrong = `clusters[${first}] has the ${key} "${value}" already.`;
      return [
        problemAt(
          source,
          ["clusters", index, key],
          wrong,
          `Give every cluster ${key === "id" ? "an id" : "a name"} of its own.`,
        ),
      ];
    });
  });
}

function splitReference(text: string): readonly ["env" | "file" | null, string] {
  if (text.startsWith("env:")) return ["env", text.slice("env:".length)];
  if (text.startsWith("file:")) return ["file", text.slice("file:".length)];
  return [null, text];
}

/** A relative `file:` counts from the configuration, wherever the console was started. */
function resolveFileReferences(value: unknown, folder: string): unknown {
  if (typeof value === "string") {
    const [kind, name] = splitReference(value);
    return kind === "file" ? `file:${resolve(folder, name)}` : value;
  }
  if (Array.isArray(value)) return value.map((item) => resolveFileReferences(item, folder));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveFileReferences(item, folder)]));
}

function walk(value: unknown, path: Path, visit: (path: Path, value: unknown) => void): void {
  visit(path, value);
  if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...path, index], visit);
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) walk(item, [...path, key], visit);
  }
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}
