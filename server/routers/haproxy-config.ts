/** What only HAProxy's own file tells: how long its checks take to notice, and what it does when they have. */
import type { Host } from "#server/orchestrator/host.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import type { HaproxyConfig } from "./config.ts";
import { finding } from "./parts.ts";
import type { RouterFinding } from "./router.ts";

export type Section = {
  /** `global`, `defaults`, `backend`, `listen`, … */
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly (readonly string[])[];
};

export type ServerChecks = {
  readonly detectionMs: number | null;
  readonly cutsWhenDown: boolean;
};

/** Null: the configuration does not name the file. */
export async function readConfigFile(config: HaproxyConfig, host: Host): Promise<Answer<readonly Section[]> | null> {
  if (config.configFile === undefined) return null;
  const answer = await host.run(["cat", config.configFile], { timeoutMs: 10_000 });
  const why = answer.ok ? answer.stderr.trim() : answer.why;
  if (!answer.ok || answer.exitCode !== 0) return { ok: false, why: `${host.name}: ${why}` };
  return { ok: true, value: parseSections(answer.stdout) };
}

const SECTIONS = new Set(["global", "defaults", "frontend", "backend", "listen"]);

export function parseSections(text: string): readonly Section[] {
  const sections: { kind: string; name: string; lines: (readonly string[])[] }[] = [];
  for (const line of text.split("\n")) {
    const words = wordsOf(line);
    const [first, name = ""] = words;
    if (first === undefined) continue;
    // Sections of other kinds (peers, resolvers, userlist) have server lines of their own, which are none of ours.
    const isHeader = SECTIONS.has(first) || /^\S/.test(line);
    if (isHeader) sections.push({ kind: first, name, lines: [] });
    else sections.at(-1)?.lines.push(words);
  }
  return sections;
}

/** Up to a comment; quotes hold words together, a backslash takes the next character as it is. */
function wordsOf(line: string): readonly string[] {
  const bare = /^((?:\\.|"[^"]*"|'[^']*'|[^#"'\\])*)/.exec(line)?.[1] ?? "";
  const words = bare.match(/(?:\\.|"[^"]*"|'[^']*'|[^\s"'\\])+/g) ?? [];
  return words.map((word) => word.replaceAll(/["']/g, ""));
}

const DEFAULT_INTER_MS = 2000;
const DEFAULT_FALL = 3;

/** As HAProxy works them out: the server's own words over `default-server` of its section, over that of `defaults`. */
export function checksOf(sections: readonly Section[], server: string): ServerChecks | null {
  const [backend, name] = [server.slice(0, server.indexOf("/")), server.slice(server.indexOf("/") + 1)];
  const at = sections.findIndex(({ kind, name: own }) => (kind === "backend" || kind === "listen") && own === backend);
  const section = sections[at];
  const line = section?.lines.find(([word, own]) => word === "server" && own === name);
  if (section === undefined || line === undefined) return null;
  const defaults = sections.slice(0, at).findLast(({ kind }) => kind === "defaults");
  const inherited = [...(defaults?.lines ?? []), ...section.lines].filter(([word]) => word === "default-server");
  const words = [...inherited.flatMap((each) => each.slice(1)), ...line.slice(3)];
  const isChecked = words.findLast((word) => word === "check" || word === "no-check") === "check";
  const interMs = timeOf(valueOf(words, "inter")) ?? DEFAULT_INTER_MS;
  const fastMs = timeOf(valueOf(words, "fastinter")) ?? interMs;
  const fall = Number(valueOf(words, "fall") ?? DEFAULT_FALL);
  return {
    // The first check that fails comes within `inter`, the others `fastinter` apart.
    detectionMs: isChecked ? interMs + (fall - 1) * fastMs : null,
    cutsWhenDown: valueOf(words, "on-marked-down") === "shutdown-sessions",
  };
}

function valueOf(words: readonly string[], key: string): string | null {
  const at = words.lastIndexOf(key);
  return at < 0 ? null : (words[at + 1] ?? null);
}

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** HAProxy's times are milliseconds unless they say otherwise. */
export function timeOf(text: string | null): number | null {
  const match = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text ?? "");
  return match === null ? null : Number(match[1]) * (UNIT_MS[match[2] ?? "ms"] ?? 1);
}

export function configFindings(
  { name, configFile = "" }: HaproxyConfig,
  servers: readonly string[],
  file: Answer<readonly Section[]> | null,
): readonly RouterFinding[] {
  const times = ["router-detection", null, `How soon ${name} notices is known`, "note"] as const;
  if (file === null) {
    const remedy = `configFile: /etc/haproxy/haproxy.cfg at ${name}, readable by the account that commands run as.`;
    const evidence = `its socket does not tell the intervals of its checks, and no file of ${name} is named`;
    return [finding(...times, { verdict: "unknown", evidence, remedy })];
  }
  if (!file.ok) {
    const remedy = `Make ${configFile} readable for the account that commands run as.`;
    return [finding(...times, { verdict: "unknown", evidence: file.why, remedy })];
  }
  const sections = file.value;
  return [
    ...servers.flatMap((server) => ofServer(name, server, checksOf(sections, server))),
    keepsState(name, sections),
  ];
}

function ofServer(name: string, server: string, checks: ServerChecks | null): readonly RouterFinding[] {
  if (checks === null) return [];
  const { detectionMs, cutsWhenDown } = checks;
  const notices = ["router-detection", server, `How soon ${name} notices is known`, "note"] as const;
  const cuts = ["router-cuts", server, `${name} cuts nothing when a check fails`, "needsReason"] as const;
  return [
    detectionMs === null
      ? finding(...notices, {
          verdict: "fail",
          evidence: `${server} is not checked: ${name} sends it work whether it is there or not`,
          remedy: `server ${server.slice(server.indexOf("/") + 1)} … check`,
        })
      : finding(...notices, { verdict: "pass", evidence: `${server}: ${detectionMs / 1000} s`, remedy: "" }),
    cutsWhenDown
      ? finding(...cuts, {
          verdict: "fail",
          evidence: `${server} has on-marked-down shutdown-sessions: what it still answers is cut as soon as its checks fail`,
          remedy: "Take on-marked-down shutdown-sessions away, and reload.",
        })
      : finding(...cuts, { verdict: "pass", evidence: `${server}: sessions outlive a failed check`, remedy: "" }),
  ];
}

function keepsState(name: string, sections: readonly Section[]): RouterFinding {
  const ask = ["router-keeps-state", null, `${name} keeps what was set when it is reloaded`, "note"] as const;
  const says = (word: string): boolean => sections.some(({ lines }) => lines.some(([first]) => first === word));
  if (says("load-server-state-from-file"))
    return finding(...ask, { verdict: "pass", evidence: "load-server-state-from-file", remedy: "" });
  return finding(...ask, {
    verdict: "fail",
    evidence: "a reload forgets who was taken out; a run notices, and takes it out again",
    remedy:
      "Do not reload it during a run; or server-state-file with load-server-state-from-file global, saved before each reload.",
  });
}
