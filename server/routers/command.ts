/**
 * The operator's own commands: deregister, register, read back, for Consul, DNS, a cloud's balancer. Each is a list of
 * arguments in which `{server}` is filled in; no shell reads it.
 */
import type { Outcome } from "#lib/run/command.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { type CommandConfig } from "./config.ts";
import type { RouterDeps } from "./deps.ts";
import { done, finding, lookUntil, refused, sharedReading, unknown, type Seen } from "./parts.ts";
import type { RoutedServer, Router, RouterFinding } from "./router.ts";

/** A command costs more than a line on a socket: it is asked no oftener than this. */
const READ_EVERY_MS = 2000;

export function filledIn(argv: readonly string[], server: string): readonly string[] {
  return argv.map((word) => word.replaceAll("{server}", server));
}

export function createCommandRouter(config: CommandConfig, { clock, host, sent }: RouterDeps): Router {
  const { name, readBack } = config;
  const limitMs = config.limitS * 1000;
  const where = `${name}$`;
  const servers = [...new Set(Object.values(config.servers).flat())];

  async function run(argv: readonly string[], server: string): Promise<Outcome> {
    const filled = filledIn(argv, server);
    const text = shellText(filled);
    const answer = await host.run(filled, { timeoutMs: limitMs });
    const said = answer.ok ? `${answer.stdout}${answer.stderr}`.trim() : answer.why;
    sent({ server, where, text, result: answer.ok ? `exit ${answer.exitCode}\n${said}`.trim() : said });
    if (!answer.ok) return unknown(`${name}: ${answer.why}`);
    return answer.exitCode === 0 ? done(text) : unknown(`${name}: ${text} ended with ${answer.exitCode}: ${said}`);
  }

  async function lookAt(server: string): Promise<Seen> {
    if (!servers.includes(server))
      return { ok: false, why: `${name} has no server ${server}; it has ${servers.join(", ")}` };
    const argv = filledIn(readBack.argv, server);
    const answer = await host.run(argv, { timeoutMs: limitMs });
    if (!answer.ok) return { ok: false, why: `${name}: ${answer.why}`, silent: true };
    const isIn = tells(readBack, server, answer);
    if (isIn !== null) return { ok: true, value: rowOf(isIn, answer.stdout, clock.now()) };
    return { ok: false, why: `${name}: ${shellText(argv)} ${whyUntold(answer)}`, silent: true };
  }

  /** Sent again where it is not so yet: what it does to a server twice must be the same as once. */
  async function ensure(server: string, route: "in" | "out", signal: AbortSignal): Promise<Outcome> {
    if (!servers.includes(server)) return refused(`${name} has no server ${server}; it has ${servers.join(", ")}`);
    const before = await lookAt(server);
    if (before.ok && before.value.route === route) return done(`${name}: ${server} is ${before.value.word}`);
    const ran = await run(route === "out" ? config.deregister : config.register, server);
    shared.forget();
    const isSo = (now: RoutedServer): boolean => now.route === route;
    // A command that failed may have done it all the same: what is read back decides.
    const after = await lookUntil(clock, ran.outcome === "done" ? limitMs : 0, signal, () => lookAt(server), isSo);
    if (after.ok && isSo(after.value)) return done(`${name}: ${server} is ${after.value.word}, read back`);
    if (ran.outcome !== "done") return ran;
    return unknown(after.ok ? `${name}: ${server} is ${after.value.word} after ${ran.evidence}` : after.why);
  }

  const shared = sharedReading(clock, async () => {
    const rows = await Promise.all(servers.map(async (server) => [server, await lookAt(server)] as const));
    const failed = rows.map(([, row]) => row).find((row) => !row.ok);
    if (failed !== undefined && !failed.ok) return failed;
    return {
      ok: true,
      value: new Map(rows.flatMap(([server, row]) => (row.ok ? [[server, row.value] as const] : []))),
    };
  });

  return {
    name,
    kind: "command",
    read: async (maxAgeMs, signal) => await shared.read(Math.max(maxAgeMs, READ_EVERY_MS), signal),
    takeOut: async (server, signal) => await ensure(server, "out", signal),
    letIn: async (server, signal) => await ensure(server, "in", signal),
    commandLines(server, way) {
      const act = filledIn(way === "out" ? config.deregister : config.register, server);
      return [act, filledIn(readBack.argv, server)].map((argv) => ({ where, text: shellText(argv) }));
    },
    detectionMs: async () => await Promise.resolve({ ok: true, value: null }),
    async findings(wanted) {
      return await Promise.all(
        wanted.map(async (server) => {
          const ask = ["router-answers", server, `${name} tells of the node`, "blocks"] as const;
          const seen = await lookAt(server);
          if (seen.ok && seen.value.route === "out" && "contains" in readBack && readBack.outContains === undefined)
            return finding("router-answers", server, ask[2], "needsReason", outByNothing(readBack, server, seen.value));
          if (seen.ok)
            return finding(...ask, { verdict: "pass", evidence: `${server} is ${seen.value.word}`, remedy: "" });
          const remedy = `Run it by hand on ${host.name}: ${shellText(filledIn(readBack.argv, server))}`;
          return finding(...ask, { verdict: "unknown", evidence: seen.why, remedy });
        }),
      );
    },
  };
}

type Ended = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** A status that nobody named is a command that failed: it tells nothing, least of all that the server is out. */
function tells(readBack: CommandConfig["readBack"], server: string, { exitCode, stdout }: Ended): boolean | null {
  if ("outStatus" in readBack) return exitCode === 0 ? true : exitCode === readBack.outStatus ? false : null;
  if (exitCode !== 0) return null;
  const { contains, outContains } = readBack;
  const prints = (text: string): boolean => filledIn([text], server).every((filled) => stdout.includes(filled));
  if (prints(contains)) return true;
  return outContains === undefined || prints(outContains) ? false : null;
}

function whyUntold({ exitCode, stdout, stderr }: Ended): string {
  if (exitCode !== 0) return `ended with ${exitCode}: ${stderr.trim() || firstLine(stdout) || "it said nothing"}`;
  return `says neither that it is registered nor that it is not: it printed ${quoted(stdout)}`;
}

/** Anything at all would read so: a page that tells of an error, or nothing. */
function outByNothing(
  { argv, contains }: Extract<CommandConfig["readBack"], { readonly contains: string }>,
  server: string,
  { remark }: RoutedServer,
): Pick<RouterFinding, "verdict" | "evidence" | "remedy"> {
  const [text = "", ...command] = filledIn([contains, ...argv], server);
  return {
    verdict: "fail",
    evidence: `${server} counts as deregistered, for ${shellText(command)} prints no "${text}": it printed ${quoted(remark)}`,
    remedy: "See that it is so, or say what is printed of a server that is not registered: readBack.outContains.",
  };
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0]?.slice(0, 200) ?? "";
}

function quoted(text: string): string {
  const line = firstLine(text);
  return line === "" ? "nothing" : `"${line}"`;
}

/** Whether it is registered, and nothing else: who carries what, and how well, such a command does not tell. */
function rowOf(isIn: boolean, stdout: string, asOfMs: number): RoutedServer {
  const remark = firstLine(stdout);
  const [route, word] = isIn ? (["in", "registered"] as const) : (["out", "deregistered"] as const);
  return { route, setOut: !isIn, word, healthy: null, sessions: null, queued: null, totals: null, remark, asOfMs };
}
