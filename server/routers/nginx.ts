/**
 * nginx without its commercial part: a server is marked `down` in the file that names it, the file is tested, and the
 * master told to read it. Its old workers finish what they have. It counts nothing by server, so that work is known only
 * when it is over: no worker is left that knew the server.
 */
import { createHash } from "node:crypto";
import type { Outcome } from "#lib/run/command.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import type { NginxConfig } from "./config.ts";
import type { RouterDeps } from "./deps.ts";
import { NOT_LOADED, parseNginxLook, type NginxLook } from "./nginx-look.ts";
import { withDown, withUp } from "./nginx-file.ts";
import { CHANGED_MEANWHILE, LOOK, RELOAD, TEST_FAILED, WRITE } from "./nginx-scripts.ts";
import { done, finding, lookUntil, refused, sharedReading, unknown, type Seen } from "./parts.ts";
import type { RoutedServer, Router } from "./router.ts";

const COMMAND_MS = 15_000;
/** New workers begin a moment after the signal. */
const READ_BACK_MS = 10_000;
/** One argument of a command takes no more on Linux. */
const MOST_BYTES = 128_000;
const TRIES = 3;

export function createNginx(config: NginxConfig, { clock, host, sent }: RouterDeps): Router {
  const { name, file, binary, configFile, pidFile } = config;
  const where = `${name}$`;
  const test = [binary, "-t", "-q", ...(configFile === undefined ? [] : ["-c", configFile])];
  const reload = `kill -HUP "$(cat ${pidFile})"`;

  async function look(): Promise<Answer<NginxLook>> {
    const answer = await host.run(["/bin/sh", "-c", LOOK, "sluice-nginx", file, pidFile], { timeoutMs: COMMAND_MS });
    if (!answer.ok) return { ok: false, why: `${name}: ${answer.why}`, silent: true };
    const parsed = answer.exitCode === 0 ? parseNginxLook(answer.stdout, clock.now()) : null;
    if (parsed !== null) return { ok: true, value: parsed };
    return { ok: false, why: `${name}: ${answer.stderr.trim() || `${file} could not be read`}`, silent: true };
  }

  async function lookAt(server: string): Promise<Seen> {
    const seen = await look();
    if (!seen.ok) return seen;
    const found = seen.value.servers.get(server);
    if (found !== undefined) return { ok: true, value: found };
    return { ok: false, why: `${file} has no server ${server}; it has ${[...seen.value.servers.keys()].join(", ")}` };
  }

  /** Null when the file says so now. */
  async function write(server: string, edit: typeof withDown, tries: number): Promise<Outcome | null> {
    const seen = await look();
    if (!seen.ok) return unknown(seen.why);
    const { text } = seen.value;
    const changed = edit(text, server);
    if (changed === text) return null;
    if (Buffer.byteLength(changed) > MOST_BYTES)
      return refused(`${file} is too long to be sent; put the upstreams into a file of their own`);
    const sum = createHash("sha256").update(text).digest("hex");
    const argv = ["/bin/sh", "-c", WRITE, "sluice-nginx", file, sum, changed, ...test];
    const answer = await host.run(argv, { timeoutMs: COMMAND_MS });
    const [line = ""] = editLine(server, edit === withDown ? "out" : "in");
    const said = answer.ok ? answer.stderr.trim() : answer.why;
    sent({ server, where, text: line, result: answer.ok && answer.exitCode === 0 ? "OK" : said });
    if (!answer.ok) return unknown(`${name}: ${answer.why}`);
    if (answer.exitCode === 0) return null;
    if (answer.exitCode === TEST_FAILED)
      return refused(`${name}: ${shellText(test)} does not pass, so ${file} was left as it was: ${said}`);
    if (answer.exitCode === CHANGED_MEANWHILE && tries > 1) return await write(server, edit, tries - 1);
    const why = answer.exitCode === CHANGED_MEANWHILE ? "somebody else writes it, or it is not UTF-8" : said;
    return refused(`${name}: ${file} could not be written: ${why}`);
  }

  async function ensure(server: string, route: "in" | "out", signal: AbortSignal): Promise<Outcome> {
    const before = await lookAt(server);
    if (!before.ok) return before.silent === true ? unknown(before.why) : refused(before.why);
    const isSo = (row: RoutedServer): boolean => row.route === route && !row.word.includes(NOT_LOADED);
    if (isSo(before.value)) return done(`${name}: ${server} is ${before.value.word}`);
    const failed = await write(server, route === "out" ? withDown : withUp, TRIES);
    if (failed !== null) return failed;
    shared.forget();
    const told = await host.run(["/bin/sh", "-c", RELOAD, "sluice-nginx", pidFile], { timeoutMs: COMMAND_MS });
    const said = told.ok ? told.stderr.trim() : told.why;
    sent({ server, where, text: reload, result: said === "" ? "OK" : said });
    const after = await lookUntil(clock, READ_BACK_MS, signal, () => lookAt(server), isSo);
    if (!after.ok) return unknown(after.why);
    if (isSo(after.value)) return done(`${name}: ${server} is ${after.value.word}, and its workers have read it`);
    return unknown(`${name}: ${server} is ${after.value.word} after ${reload}${said === "" ? "" : `: ${said}`}`);
  }

  const shared = sharedReading(clock, async () => {
    const seen = await look();
    return seen.ok ? { ok: true, value: seen.value.servers } : seen;
  });

  const editLine = (server: string, way: "out" | "in"): readonly string[] => {
    const address = server.slice(server.indexOf("/") + 1);
    return [`# ${file}: server ${address} …${way === "out" ? " down" : ""};`];
  };

  return {
    name,
    kind: "nginx",
    read: shared.read,
    takeOut: async (server, signal) => await ensure(server, "out", signal),
    letIn: async (server, signal) => await ensure(server, "in", signal),
    commandLines: (server, way) => [...editLine(server, way), shellText(test), reload].map((text) => ({ where, text })),
    // It notices by the requests that fail, and by nothing else (max_fails, fail_timeout).
    detectionMs: async () => await Promise.resolve({ ok: true, value: null }),
    async findings(servers) {
      const [seen, tested] = await Promise.all([look(), host.run(test, { timeoutMs: COMMAND_MS })]);
      const answers = ["router-answers", null, `${name} runs, and its file passes`, "blocks"] as const;
      const remedy = `Run ${shellText(test)} on ${host.name}, as the account that commands run as.`;
      if (!seen.ok) return [finding(...answers, { verdict: "unknown", evidence: seen.why, remedy })];
      const said = tested.ok ? tested.stderr.trim() : tested.why;
      const passes = tested.ok && tested.exitCode === 0;
      return [
        finding(
          ...answers,
          passes
            ? { verdict: "pass", evidence: `${file}: ${seen.value.servers.size} servers`, remedy: "" }
            : { verdict: "fail", evidence: said, remedy },
        ),
        ...servers.map((server) => {
          const ask = ["router-knows", server, `${name} knows the node by its name there`, "blocks"] as const;
          const row = seen.value.servers.get(server);
          if (row !== undefined)
            return finding(...ask, { verdict: "pass", evidence: `${server} is ${row.word}`, remedy: "" });
          const evidence = `${file} has ${[...seen.value.servers.keys()].join(", ") || "no server in any upstream"}`;
          return finding(...ask, {
            verdict: "fail",
            evidence,
            remedy: `Correct servers: of ${name} in the configuration.`,
          });
        }),
      ];
    },
  };
}
