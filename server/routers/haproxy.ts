/**
 * HAProxy by its runtime API. A server is taken out by `drain`, never by `maint`: its checks go on, so that it is let in
 * when they have seen it well (from `maint` it would be `UP 1/3` at once, before any check: seen in 2.6.12).
 */
import type { Outcome } from "#lib/run/command.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { checksOf, configFindings, readConfigFile } from "./haproxy-config.ts";
import type { HaproxyConfig } from "./config.ts";
import type { RouterDeps } from "./deps.ts";
import { LOOK, parseLook, type HaproxyLook } from "./haproxy-rows.ts";
import { socketFromHere, socketThrough } from "./haproxy-socket.ts";
import { done, finding, lookUntil, refused, sharedReading, unknown, type Seen } from "./parts.ts";
import type { RoutedServer, Router, RouterFinding, RouterReading } from "./router.ts";

/** How long a change may take to be read back. */
const READ_BACK_MS = 3000;
/** How long its checks may take to see that a server is well: `inter` x `rise`, and a slow start. */
const WELL_LIMIT_MS = 30_000;
/** So long after a reload the process before may carry on what it had, and counts it where this socket does not see it. */
const RELOADED_LATELY_S = 600;

const drain = (server: string): string => `set server ${server} state drain`;
const ready = (server: string): string => `set server ${server} state ready`;
const cut = (server: string): string => `shutdown sessions server ${server}`;

export function createHaproxy(config: HaproxyConfig, deps: RouterDeps): Router {
  const { name } = config;
  const { clock, host } = deps;
  const socket = deps.isHere ? socketFromHere(config.socket) : socketThrough(host, config.socket);
  const where = `${name}>`;
  /** Servers to which the process before carried something when it was seen last; null while there was only one. */
  let busyBefore: ReadonlySet<string> | null = null;
  let last: HaproxyLook | null = null;

  async function look(): Promise<Answer<HaproxyLook>> {
    const answer = await socket.ask(LOOK);
    if (!answer.ok) return { ...answer, why: `${name}: ${answer.why}` };
    const parsed = parseLook(answer.value, clock.now());
    if (parsed === null) return { ok: false, why: `${name}: ${refusalIn(answer.value) ?? "no table of servers came"}` };
    if (last !== null && last.pid !== parsed.pid) busyBefore = busyIn(last, busyBefore);
    last = parsed;
    const { uptimeS } = parsed;
    if (busyBefore === null || uptimeS === null || uptimeS > RELOADED_LATELY_S) return { ok: true, value: parsed };
    return { ok: true, value: { ...parsed, servers: afterReload(parsed.servers, busyBefore, uptimeS) } };
  }

  async function readAll(): Promise<Answer<RouterReading>> {
    const seen = await look();
    return seen.ok ? { ok: true, value: seen.value.servers } : seen;
  }

  /** What the process before still carries is not 0: it is not known. */
  function afterReload(servers: RouterReading, busy: ReadonlySet<string>, uptimeS: number): RouterReading {
    const note = `${name} was loaded again ${uptimeS} s ago`;
    return new Map(
      [...servers].map(([server, row]) => {
        const isUntold = busy.has(server);
        const remark = `${note}${isUntold ? ", and what the process before carries is not counted" : ""}; ${row.remark}`;
        return [server, { ...row, remark, sessions: isUntold ? null : row.sessions }];
      }),
    );
  }

  const shared = sharedReading(clock, readAll);

  async function lookAt(server: string): Promise<Seen> {
    const seen = await look();
    if (!seen.ok) return seen;
    const found = seen.value.servers.get(server);
    return found === undefined ? { ok: false, why: noSuch(server, seen.value.servers) } : { ok: true, value: found };
  }

  const noSuch = (server: string, known: RouterReading): string =>
    `${name} has no server ${server}; it has ${[...known.keys()].slice(0, 8).join(", ") || "none"}`;

  /** Why it was not taken, or null when it was: an answer of nothing but white space. */
  async function set(server: string, command: string): Promise<Outcome | null> {
    const answer = await socket.ask([command]);
    shared.forget();
    deps.sent({ server, where, text: command, result: answer.ok ? answer.value.trim() || "OK" : answer.why });
    if (!answer.ok) return unknown(`${name}: ${answer.why}`);
    const why = refusalIn(answer.value);
    return why === null ? null : refused(`${name}: ${why}`);
  }

  return {
    name,
    kind: "haproxy",
    read: shared.read,

    async takeOut(server, signal) {
      const before = await lookAt(server);
      if (!before.ok) return before.silent === true ? unknown(before.why) : refused(before.why);
      if (before.value.setOut) return done(`${name}: ${server} is ${before.value.word}`);
      const failed = await set(server, drain(server));
      if (failed !== null) return failed;
      const after = await lookUntil(
        clock,
        READ_BACK_MS,
        signal,
        () => lookAt(server),
        (now) => now.setOut,
      );
      if (!after.ok) return unknown(after.why);
      if (after.value.setOut) return done(`${name}: ${drain(server)}, read back as ${after.value.word}`);
      return unknown(`${name}: ${server} is ${after.value.word} after ${drain(server)}`);
    },

    async letIn(server, signal) {
      const now = await lookUntil(clock, WELL_LIMIT_MS, signal, () => lookAt(server), isWell);
      if (!now.ok) return now.silent === true ? unknown(now.why) : refused(now.why);
      const { word, setOut, remark } = now.value;
      if (word.startsWith("MAINT")) return refused(`${name}: ${server} is ${word}, which this console never sets`);
      if (!isWell(now.value)) return unknown(`${name}: its checks do not see ${server} well (${word}: ${remark})`);
      if (setOut) {
        const failed = await set(server, ready(server));
        if (failed !== null) return failed;
      }
      const isIn = (after: { readonly route: "in" | "out" }): boolean => after.route === "in";
      const after = await lookUntil(clock, READ_BACK_MS, signal, () => lookAt(server), isIn);
      if (!after.ok) return unknown(after.why);
      const said = `${after.value.word}${after.value.remark === "" ? "" : `, ${after.value.remark}`}`;
      if (isIn(after.value))
        return done(`${name}: ${setOut ? `${ready(server)}, read back as ` : `${server} is `}${said}`);
      return unknown(`${name}: ${server} is ${said} after ${ready(server)}`);
    },

    async endSessions(server) {
      const failed = await set(server, cut(server));
      return failed ?? done(`${name}: ${cut(server)}`);
    },

    commandLines: (server, way) => [{ where, text: way === "out" ? drain(server) : ready(server) }],

    async detectionMs(server) {
      const file = await readConfigFile(config, host);
      if (file === null) return { ok: true, value: null };
      if (!file.ok) return file;
      return { ok: true, value: checksOf(file.value, server)?.detectionMs ?? null };
    },

    async findings(servers) {
      const [seen, level, file] = await Promise.all([
        look(),
        socket.ask(["show cli level"]),
        readConfigFile(config, host),
      ]);
      const found = seen.ok ? seen.value.servers : null;
      return [
        answers(seen, level),
        ...(found === null ? [] : servers.map((server) => known(server, found))),
        ...configFindings(config, servers, file),
      ];
    },
  };

  function answers(seen: Answer<HaproxyLook>, level: Answer<string>): RouterFinding {
    const ask = ["router-answers", null, `${name} answers, and may be told`, "blocks"] as const;
    if (!seen.ok) return finding(...ask, { verdict: "unknown", evidence: seen.why, remedy: `Look at ${name}.` });
    const says = level.ok ? level.value.trim() : "";
    const evidence = `${name} is HAProxy ${seen.value.version ?? "of an unknown version"}, level ${says || "unknown"}`;
    if (says === "admin") return finding(...ask, { verdict: "pass", evidence, remedy: "" });
    return finding(...ask, {
      verdict: "fail",
      evidence: `${evidence}: it would refuse to drain a server`,
      remedy: `stats socket ${config.socket} level admin`,
    });
  }

  function known(server: string, found: RouterReading): RouterFinding {
    const ask = ["router-knows", server, `${name} knows the node by its name there`, "blocks"] as const;
    const row = found.get(server);
    if (row === undefined)
      return finding(...ask, {
        verdict: "fail",
        evidence: noSuch(server, found),
        remedy: `Correct servers: of ${name} in the configuration.`,
      });
    const evidence = `${server} is ${row.word}${row.remark === "" ? "" : `, ${row.remark}`}`;
    return finding(...ask, { verdict: "pass", evidence, remedy: "" });
  }
}

/** Seen well by its checks; or there are none, and whoever asks has seen that. One that is not made yet is waited for. */
function isWell({ healthy, remark }: RoutedServer): boolean {
  return healthy === true || (healthy === null && !/\bINI\b/.test(remark));
}

/** Servers that carried something, in this process or in one before it that may still be there. */
function busyIn(look: HaproxyLook, already: ReadonlySet<string> | null): ReadonlySet<string> {
  const isLate = (look.uptimeS ?? 0) > RELOADED_LATELY_S;
  const now = [...look.servers].filter(([, { sessions }]) => sessions !== 0).map(([server]) => server);
  return new Set([...(isLate ? [] : (already ?? [])), ...now]);
}

/** What it says when it does not do it: anything that is not white space. */
function refusalIn(text: string): string | null {
  const said = text.trim();
  if (said === "") return null;
  return /permission denied/i.test(said) ? `${said} Its socket needs "level admin".` : (said.split("\n")[0] ?? said);
}
