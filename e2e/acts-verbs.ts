/** Verbs of the stories in which something goes wrong or a person steps in; beside those of console.ts. */
import { expect, type Locator, type Page } from "@playwright/test";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { Phase } from "#lib/run/plan.ts";
import { stepOf, type Run } from "#lib/run/state.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { recordedRunEvent } from "#lib/wire/journal.ts";
import { OPERATOR, type World } from "./world.ts";

const runFrame = z.object({ type: z.literal("run"), topic: z.string(), events: z.array(recordedRunEvent) });
const runAnswer = z.object({ events: z.array(recordedRunEvent) });
const clusterAnswer = z.object({
  polledAtMs: z.number().nullable(),
  problem: z.string().nullable(),
  loans: z.array(z.object({ loan: z.object({ what: z.string() }), state: z.object({ at: z.string() }) })),
});

/** A run as its journal tells it, folded by the rules that the console itself follows. */
export async function readRun(page: Page, world: World, runId: string): Promise<Run> {
  const events = await readEvents(page, world, runId);
  const run = events.reduce<Run | null>((run, recorded) => evolve(run, recorded), null);
  if (run === null) throw new Error(`there is no run ${runId}`);
  return run;
}

export async function readEvents(page: Page, world: World, runId: string): Promise<readonly Recorded<RunEvent>[]> {
  return runAnswer.parse(await read(page, world, `/runs/${encodeURIComponent(runId)}`)).events;
}

async function readCluster(page: Page, world: World): Promise<z.infer<typeof clusterAnswer>> {
  return clusterAnswer.parse(await read(page, world, `/clusters/${world.clusterId}`));
}

async function read(page: Page, world: World, path: string): Promise<unknown> {
  const answer = await page.request.get(`${world.console().url}/api${path}`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return answer.json();
}

/** What was borrowed and is not given back, in the console's words. */
export async function owedLoans(page: Page, world: World): Promise<readonly string[]> {
  const { loans } = await readCluster(page, world);
  return loans.filter(({ state }) => state.at === "recorded" || state.at === "taken").map(({ loan }) => loan.what);
}

/** The console has looked at the cluster this often since: whatever it would have begun, it would have begun by now. */
export async function looksPass(page: Page, world: World, times: number): Promise<void> {
  const seen = new Set<number | null>();
  await expect
    .poll(
      async () => {
        seen.add((await readCluster(page, world)).polledAtMs);
        return seen.size;
      },
      { intervals: [200], timeout: 60_000 },
    )
    .toBeGreaterThan(times);
}

/** Waits until the run stands in this phase of this node. */
export async function untilPhase(page: Page, world: World, runId: string, nodeId: string, phase: Phase): Promise<void> {
  await expect
    .poll(async () => phaseOf(await readRun(page, world, runId), nodeId), { intervals: [100], timeout: 120_000 })
    .toBe(phase);
}

export function phaseOf(run: Run, nodeId: string): string {
  const progress = stepOf(run, nodeId)?.progress;
  return progress?.at === "phase" ? progress.phase : (progress?.at ?? "not in the run");
}

export async function untilOver(page: Page, world: World, runId: string): Promise<Run> {
  await expect
    .poll(async () => (await readRun(page, world, runId)).life.at, { intervals: [500], timeout: 240_000 })
    .toBe("ended");
  return readRun(page, world, runId);
}

// ---------------------------------------------------------------------------------------------------- what is on screen

/** The queue of the run screen: one row a node. */
export function queueRow(page: Page, nodeId: string): Locator {
  return queue(page).getByRole("button", { name: new RegExp(`^${nodeId}\\b`) });
}

function queue(page: Page): Locator {
  return page.getByRole("region", { name: "Queue, one node at a time" });
}

/** The node that the run screen looks at, with its acts. */
export function nodePanel(page: Page, nodeId: string): Locator {
  return page.getByRole("region", { name: nodeId, exact: true });
}

export function nodeRow(page: Page, nodeId: string): Locator {
  return page.getByRole("table", { name: "Nodes" }).getByRole("row").filter({ hasText: nodeId });
}

const PHASE_ON_SCREEN: Readonly<Record<Phase, RegExp>> = {
  gate: /waits for approval|gate/,
  check: /Checked/,
  isolate: /Isolating/,
  drain: /Draining/,
  exit: /Exiting/,
  confirm: /Confirming/,
  upgrade: /Upgrading/,
  restart: /Restarting/,
  readmit: /Readmitting/,
  verify: /Verifying/,
};

/** How far behind the journal a screen may be. */
const MAX_LAG_MS = 2000;

/** The page is live again, and every row of its queue says what the journal says of that moment. */
export async function expectTruthOnScreen(page: Page, world: World, runId: string): Promise<void> {
  await expect(page.getByRole("banner").getByText(/^live/)).toBeVisible();
  await expect(async () => {
    const readAtMs = Date.now();
    const rows = await queue(page)
      .getByRole("button", { name: /^(fe|be|cn)-\d+/ })
      .allInnerTexts();
    const states = statesSince(await readEvents(page, world, runId), readAtMs - MAX_LAG_MS);
    const last = states.at(-1);
    if (last === undefined || last.life.at === "ended") return;
    expect(rows).toHaveLength(last.steps.length);
    for (const row of rows) {
      const nodeId = /^\S+/.exec(row)?.[0] ?? "";
      const allowed = states.map((run) => wordsFor(run, nodeId));
      expect(
        allowed.some((words) => words.test(row)),
        `"${row}", by the journal ${allowed.join(" or ")}`,
      ).toBe(true);
    }
  }).toPass({ intervals: [100], timeout: 30_000 });
}

/** The run as it stood then, and after each event since. */
function statesSince(events: readonly Recorded<RunEvent>[], sinceMs: number): readonly Run[] {
  let run: Run | null = null;
  const states: Run[] = [];
  for (const recorded of events) {
    if (recorded.atMs < sinceMs) states.length = 0;
    run = evolve(run, recorded);
    if (run !== null) states.push(run);
  }
  return states;
}

function wordsFor(run: Run, nodeId: string): RegExp {
  const progress = stepOf(run, nodeId)?.progress;
  if (run.hold?.nodeId === nodeId) return /holds|out by hand/;
  switch (progress?.at) {
    case "phase":
      return PHASE_ON_SCREEN[progress.phase];
    case "puttingBack":
      return /Putting back/;
    case "ended":
      return /verified|skipped|put back|aborted/;
    case "waiting":
      return /waits|approved/;
    default:
      return /not in the run/;
  }
}

// ------------------------------------------------------------------------------------------------- what a browser hears

export type Hearing = {
  /** Resolves with what is found in the events that the page was told of, as soon as it is found. */
  until<T>(find: (events: readonly Recorded<RunEvent>[]) => T | null): Promise<T>;
  /** What the page was given when it was loaded. */
  given(events: readonly Recorded<RunEvent>[]): void;
};

/** Listens to every socket that the page opens for a run, now and after each reconnection. Ask before the page opens. */
export function listen(page: Page): Hearing {
  const events = new Map<number, Recorded<RunEvent>>();
  const waiting = new Set<() => void>();
  const take = (more: readonly Recorded<RunEvent>[]): void => {
    for (const recorded of more) events.set(recorded.seq, recorded);
    for (const look of waiting) look();
  };
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      const frame = runFrame.safeParse(parseJson(String(payload)));
      if (frame.success) take(frame.data.events);
    }),
  );
  return {
    given: take,
    until: (find) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = find([...events.values()]);
          if (found === null) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// ------------------------------------------------------------------------------------------------------ other operators

/** Comes in by a link made on the console's own machine, as often as stories share a console, and as whoever it is. */
export async function enter(page: Page, world: World, name: string = OPERATOR): Promise<void> {
  await page.goto(await loginLinkFor(world, name));
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: world.clusterId })).toBeVisible();
  await expect(page.getByRole("banner").getByText(/^live/)).toBeVisible();
  await expect(page.getByRole("banner").getByText(name)).toBeVisible();
}

async function loginLinkFor(world: World, name: string): Promise<string> {
  const root = join(import.meta.dirname, "..");
  const config = join(world.twin.root, "console.yaml");
  const child = spawn(process.execPath, ["cli/main.ts", "login", "--as", name, "--config", config], { cwd: root });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString("utf8")));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  expect(code, printed).toBe(0);
  return printed.trim();
}

// -------------------------------------------------------------------------------------- how a cluster stands, by its SQL

/** Entries of people and consoles on every FE's blacklists; what an FE found by itself (AUTO) is left out. */
export async function manualEntries(world: World): Promise<readonly string[]> {
  const entries: string[] = [];
  for (const { name, role } of world.twin.nodes) {
    if (role !== "fe") continue;
    const rows = await world.twin.sql(name, "SHOW BACKEND BLACKLIST");
    entries.push(...rows.map((row) => `${name}: ${Object.values(row).join(" ")}`).filter((row) => /MANUAL/.test(row)));
  }
  return entries;
}

const SWITCHES = "ADMIN SHOW FRONTEND CONFIG LIKE 'tablet_sched_disable%'";
const EXIT_SETTINGS =
  "SELECT * FROM information_schema.be_configs WHERE name IN ('loop_count_wait_fragments_finish', 'graceful_exit_wait_for_frontend_heartbeat')";

/** Balance switches of every FE, exit settings of every backend: what a run borrows and gives back. */
export async function settings(world: World): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, role } of world.twin.nodes) {
    if (role !== "fe") continue;
    for (const row of await world.twin.sql(name, SWITCHES)) found.push(`${name} ${row["Key"]} = ${row["Value"]}`);
  }
  for (const row of await world.twin.sql("fe-01", EXIT_SETTINGS))
    found.push(`backend ${row["BE_ID"]} ${row["NAME"]} = ${row["VALUE"]}`);
  return found.toSorted();
}

const clusterWork = z.object({
  nodes: z.record(
    z.string(),
    z.object({
      observation: z.object({
        work: z.object({ inFlight: z.array(z.object({ count: z.number().nullable() })) }).nullable(),
      }),
    }),
  ),
});

/** Starts long queries until one of them works on this node, as the console sees it: FEs spread them as they like. */
export async function longQueryOn(page: Page, world: World, nodeId: string, lasts: number): Promise<void> {
  await expect(async () => {
    await Promise.all([1, 2, 3].map(async () => await world.twin.long(lasts)));
    await expect
      .poll(async () => {
        const { nodes } = clusterWork.parse(await read(page, world, `/clusters/${world.clusterId}`));
        return nodes[nodeId]?.observation.work?.inFlight.reduce((sum, { count }) => sum + (count ?? 0), 0) ?? 0;
      })
      .toBeGreaterThan(0);
  }).toPass();
}

/** The reason with which a run that may not start now is refused. */
export async function whyNoRun(page: Page, world: World, request: PlanRequestBody): Promise<string> {
  const { url } = world.console();
  const answer = await page.request.post(`${url}/api/clusters/${world.clusterId}/runs`, {
    data: { request, confirm: world.clusterId, overrides: [] },
    headers: { origin: url },
  });
  expect(answer.status()).toBe(409);
  return z.object({ reason: z.string() }).parse(await answer.json()).reason;
}
