/** The console over the rig's real front ends, driven by its HTTP API, in a session that outlives its process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { checkKey, type Severity } from "#lib/run/check.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { RunRequest } from "#lib/run/request.ts";
import type { Run } from "#lib/run/state.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { recordedRunEvent } from "#lib/wire/journal.ts";
import { invariant } from "#lib/util/invariant.ts";
import { rigSection } from "#server/drivers/starrocks/testing/rig.ts";
import { freePort } from "#server/testing/ports.ts";
import { type ConsoleProcess, startConsole } from "../console-process.ts";
import { OPERATOR } from "../world.ts";

const CLUSTER_ID = "rig";
const CLUSTER_NAME = "Rig";
const ANSWERABLE_WITHIN_MS = 60_000;

export type RigConsole = {
  /** Starts the plan; checks that may be answered for are answered for. */
  begin(request: PlanRequestBody): Promise<string>;
  events(runId: string): Promise<readonly Recorded<RunEvent>[]>;
  run(runId: string): Promise<Run>;
  ask(runId: string, request: RunRequest): Promise<void>;
  /** What was borrowed and is not given back, in the console's words. */
  owed(): Promise<readonly string[]>;
  /** SIGKILL, and a new process on the same data and port. */
  killAndStartAgain(): Promise<void>;
  stop(): Promise<void>;
};

const runAnswer = z.object({ events: z.array(recordedRunEvent) });
const draftAnswer = z.object({
  checks: z.array(
    z.object({
      id: z.string(),
      nodeId: z.string().nullable(),
      severity: z.enum(["blocks", "needsReason", "note"]),
      verdict: z.enum(["pass", "fail", "unknown"]),
      evidence: z.string(),
    }),
  ),
});
type Drafted = z.infer<typeof draftAnswer>["checks"];
const started = z.object({ runId: z.string() });
const cluster = z.object({
  loans: z.array(z.object({ loan: z.object({ what: z.string() }), state: z.object({ at: z.string() }) })),
});

export async function startRigConsole(): Promise<RigConsole> {
  const root = process.env["RIG"];
  invariant(root !== undefined, "RIG names the directory of the rig's cluster");
  const data = mkdtempSync(join(tmpdir(), "rig-console-"));
  const configPath = join(data, "console.yaml");
  const listen = `127.0.0.1:${await freePort()}`;
  const clusters = [rigSection(root, process.env["JAVA_HOME"])];
  // JSON is YAML.
  writeFileSync(configPath, JSON.stringify({ console: { listen, data: "./console" }, clusters }));
  let running = await startConsole(configPath, OPERATOR);
  const cookie = await redeem(running);

  async function call(method: "GET" | "POST", path: string, body: unknown = null): Promise<unknown> {
    const answer = await fetch(`${running.url}/api${path}`, {
      method,
      headers: { cookie, origin: running.url, "content-type": "application/json", connection: "close" },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    invariant(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }
  async function events(runId: string): Promise<readonly Recorded<RunEvent>[]> {
    return runAnswer.parse(await call("GET", `/runs/${encodeURIComponent(runId)}`)).events;
  }
  return {
    events,
    async begin(request) {
      const checks = await untilAnswerable(async () => {
        return draftAnswer.parse(await call("POST", `/clusters/${CLUSTER_ID}/drafts`, request)).checks;
      });
      const overrides = failing(checks, "needsReason").map((check) => ({
        checkKey: checkKey(check),
        reason: "a scratch table, nobody reads it tonight",
      }));
      const body = { request, confirm: CLUSTER_NAME, overrides };
      return started.parse(await call("POST", `/clusters/${CLUSTER_ID}/runs`, body)).runId;
    },
    async run(runId) {
      const run = (await events(runId)).reduce<Run | null>((run, recorded) => evolve(run, recorded), null);
      invariant(run !== null, `there is a run ${runId}`);
      return run;
    },
    async ask(runId, request) {
      await call("POST", `/runs/${encodeURIComponent(runId)}/requests`, request);
    },
    async owed() {
      const { loans } = cluster.parse(await call("GET", `/clusters/${CLUSTER_ID}`));
      return loans.filter(({ state }) => state.at === "recorded" || state.at === "taken").map(({ loan }) => loan.what);
    },
    async killAndStartAgain() {
      await running.kill();
      running = await startConsole(configPath, OPERATOR);
    },
    async stop() {
      await running.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** A cluster that has just been disturbed is not fit to be touched at once. */
async function untilAnswerable(draft: () => Promise<Drafted>): Promise<Drafted> {
  const endMs = performance.now() + ANSWERABLE_WITHIN_MS;
  for (;;) {
    const checks = await draft();
    const blocking = failing(checks, "blocks");
    if (blocking.length === 0) return checks;
    const why = blocking.map((check) => `${checkKey(check)}: ${check.evidence}`).join("; ");
    invariant(performance.now() < endMs, `nothing may start on the rig: ${why}`);
    await wait(500);
  }
}

function failing(checks: Drafted, severity: Severity): Drafted {
  return checks.filter((check) => check.verdict !== "pass" && check.severity === severity);
}

/** Redeems the link that the console printed; the session is good for every process on the same data. */
async function redeem({ loginLink, url }: ConsoleProcess): Promise<string> {
  const answer = await fetch(`${url}/login`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ token: new URL(loginLink).hash.slice(1) }),
  });
  const [cookie] = answer.headers.getSetCookie();
  invariant(answer.ok && cookie !== undefined, `the login link opens a session: ${answer.status}`);
  return cookie.split(";")[0] ?? "";
}
