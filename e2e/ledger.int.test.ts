/**
 * Two hundred drains of nodes that carry work, on several small clusters at once, and what the ledger says of each piece
 * held against what its own client saw: outcome, user, kind and id, row by row. Some nodes are killed while they carry work.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { RunEvent } from "#lib/run/event.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import type { RunRequest } from "#lib/run/request.ts";
import { systemClock } from "#server/clock.ts";
import { starRocksConfig } from "#server/drivers/starrocks/config.ts";
import { createStarRocksDriver } from "#server/drivers/starrocks/driver.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import type { Services } from "#server/services/services.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import { figure } from "./figures.ts";
import { dana, journalOf, silent, startRun, startServices, type Told, type Watched } from "./inside.ts";
import { createPieces, type Piece, type Pieces } from "./ledger-pieces.ts";
import { upgradePlan } from "./plans.ts";

const CLUSTERS = Number(process.env["LEDGER_CLUSTERS"] ?? 8);
const DRAINS = Number(process.env["LEDGER_DRAINS"] ?? 200);
const WITHIN_MS = 300_000;
/** The backend of each cluster that does not get the time to end its work. */
const KILLED = "be-03";

type Stage = { readonly id: string; readonly twin: Twin; readonly pieces: Pieces };

const drivers: Driver[] = [];
let stages: readonly Stage[] = [];
let services: Services;

beforeAll(async () => {
  const names = Array.from({ length: CLUSTERS }, (_, index) => `c${index + 1}`);
  stages = await Promise.all(
    names.map(async (id) => {
      const twin = await startTwin({
        frontends: 1,
        backends: 3,
        computeNodes: 0,
        version: "4.0.7",
        artifacts: ["4.0.7"],
      });
      return { id, twin, pieces: createPieces(twin, id) };
    }),
  );
  services = await startServices(stages.map(clusterOf));
}, 120_000);

afterAll(async () => {
  await services.stop();
  await Promise.all(drivers.map((driver) => driver.close()));
  await Promise.all(stages.map(({ twin }) => twin.stop()));
}, 60_000);

const section = z.looseObject({ nodes: z.record(z.string(), z.looseObject({ name: z.string() })) });
const file = z.object({ clusters: z.tuple([section]) });

/** Of most backends nothing is told but what SQL tells; the one that is killed is known on its host, and so is the FE. */
function clusterOf({ id, twin }: Stage): Watched {
  const [section] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
  const known = Object.entries(section.nodes).filter(([, { name }]) => name === "fe-01" || name === KILLED);
  const config = starRocksConfig.parse({ ...section, id, name: id, nodes: Object.fromEntries(known) });
  const driver = createStarRocksDriver(config, {
    clock: systemClock,
    log: silent,
    sent: () => undefined,
    stateDir: join(twin.root, "console"),
    connectHost: ({ name, prefix }) => createLocalHost({ name, prefix, clock: systemClock }),
  });
  drivers.push(driver);
  return { id, driver };
}

it(
  `the ledger of ${DRAINS} drains says of each piece of work what its client saw`,
  async () => {
    const each = Math.ceil(DRAINS / CLUSTERS);
    const beganAtMs = Date.now();
    const drained = await Promise.all(stages.map((stage) => drainAll(stage, each)));
    const tookS = (Date.now() - beganAtMs) / 1000;
    const compared = drained.flat();
    const rows = compared.flatMap(({ rows }) => rows);
    const count = (outcome: LedgerRow["outcome"]): number => rows.filter((row) => row.outcome === outcome).length;
    figure(
      `ledger: ${compared.length} drains (${compared.filter(({ forced }) => forced).length} forced) in ${tookS.toFixed(0)} s, ` +
        `${rows.length} rows held against their clients: ${count("finished")} finished, ${count("cut")} cut, ` +
        `${count("retried")} retried, ${count("refused")} refused, ${count("unknown")} unknown; ` +
        `${compared.reduce((sum, { due }) => sum + due, 0)} that had to be among them`,
    );
    expect(compared.length).toBeGreaterThanOrEqual(DRAINS);
    expect(compared.flatMap(({ differences }) => differences)).toEqual([]);
    expect(rows.length, "a drain without work proves nothing").toBeGreaterThan(DRAINS);
    expect(rows.filter(({ kind }) => kind === "load").length).toBeGreaterThan(DRAINS / 5);
    expect(count("cut"), "the killed nodes carried work").toBeGreaterThanOrEqual(CLUSTERS);
  },
  WITHIN_MS,
);

type Compared = {
  readonly node: string;
  readonly forced: boolean;
  readonly rows: readonly LedgerRow[];
  readonly differences: readonly string[];
  /** Pieces that ran on the node before and after its work was first listed: none of them may be missing. */
  readonly due: number;
};

/** Drains by hand, one node after the other, and put back each; the last node is told to leave, and killed. */
async function drainAll(stage: Stage, count: number): Promise<readonly Compared[]> {
  const { id, twin, pieces } = stage;
  pieces.keepUp(6, 3);
  const runs: string[] = [];
  for (let drain = 0; drain < count - 1; drain += 1) {
    // Of what nobody names, its address is the name.
    const nodeId = `${twin.node(drain % 2 === 0 ? "be-01" : "be-02").host}:9050`;
    const runId = await start(id, { kind: "drain", targetVersion: null, nodeIds: [nodeId] });
    runs.push(runId);
    await until(runId, `${nodeId} to be empty`, (events) => parked(events, nodeId));
    await ask(runId, { do: "putBack", nodeId, reason: "back to work" });
    await until(runId, "its end", ended);
    if (process.env["LEDGER_TALKS"] === "1") console.log(id, drain + 1, nodeId, Date.now());
  }
  runs.push(await forced(stage, KILLED));
  await pieces.stop();
  const events = await Promise.all(runs.map((runId) => journalOf(services, runId)));
  return events.flatMap((one) => compare(stage, one));
}

/** It is not waited for: told to leave with a second left for its work, and killed. */
async function forced({ id, pieces }: Stage, nodeId: string): Promise<string> {
  const policy = {
    onDrainLimit: { do: "goOn" },
    soakMs: 0,
    minRequests: 0,
    onNoTraffic: "accept",
    maxFailures: 1000,
  } as const;
  const runId = await start(id, {
    kind: "restart",
    targetVersion: null,
    nodeIds: [nodeId],
    drainLimitMs: 1500,
    policy,
  });
  // Begun while its checks are asked, so that they run on it when its routes are closed.
  const long = [pieces.load(nodeId, 20), ...Array.from({ length: 6 }, () => pieces.query(20))];
  await until(runId, "the signal", (events) => issued(events, "exit"));
  await ask(runId, { do: "force", nodeId });
  await until(runId, "its end", ended);
  void Promise.allSettled(long);
  return runId;
}

// ------------------------------------------------------------------------------------------------------------ comparing

function compare(stage: Stage, events: Told): readonly Compared[] {
  const { pieces, twin } = stage;
  const settled = events.flatMap(({ event }) => (event.type === "LedgerSettled" ? [event] : []));
  const drained = [...new Set(events.flatMap(({ event }) => (isDrain(event) ? [event.nodeId] : [])))];
  const retried = new Set(twin.truth().flatMap((line) => (line.what === "retry" ? [line.queryId] : [])));
  return drained.map((node): Compared => {
    const rows = settled.filter(({ nodeId }) => nodeId === node).flatMap((event) => event.rows);
    const listed = new Set(rows.flatMap(({ what }) => pieces.byMark(what)?.mark ?? []));
    const due = dueOn(stage, events, node);
    const differences = [
      ...rows.flatMap((row) => differencesOf(row, pieces.byMark(row.what), retried)),
      ...due.filter(({ mark }) => !listed.has(mark)).map(({ mark }) => `${mark} ran on it and is not in the ledger`),
    ].map((text) => `${node}: ${text}`);
    const forced = events.some(({ event }) => event.type === "ForceRequested");
    return { node, forced, rows, differences, due: due.length };
  });
}

function isDrain(event: RunEvent): event is Extract<RunEvent, { readonly type: "PhaseBegan" }> {
  return event.type === "PhaseBegan" && event.phase === "drain";
}

function differencesOf(row: LedgerRow, piece: Piece | null, retried: ReadonlySet<string>): readonly string[] {
  // The console reads system tables itself, and such a statement works on a node for a moment too.
  if (piece === null && row.user === "root" && /information_schema/.test(row.what)) return [];
  if (piece === null) return [`${row.id} (${row.what}) was never sent: ${row.outcome}, ${row.evidence}`];
  const wanted = {
    id: piece.id ?? row.id,
    kind: piece.kind,
    user: piece.user,
    outcome: piece.outcome === "error" ? "cut" : retried.has(piece.id ?? "") ? "retried" : "finished",
  };
  const shown = { id: row.id, kind: row.kind, user: row.user, outcome: row.outcome };
  const same = JSON.stringify(shown) === JSON.stringify(wanted);
  return same
    ? []
    : [
        `${piece.mark}: the ledger says ${JSON.stringify(shown)}, ${row.evidence}; its client saw ${JSON.stringify(wanted)} ${piece.error}`,
      ];
}

/** What ran on the node before its work was listed for the first time, and ended after. */
function dueOn({ pieces, twin }: Stage, events: Told, node: string): readonly Piece[] {
  const drainAtMs = events.find(({ event }) => isDrain(event) && event.nodeId === node)?.atMs ?? 0;
  const list = events.find(
    ({ atMs, event }) =>
      event.type === "WorkListed" && event.nodeId === node && atMs >= drainAtMs && event.items.length > 0,
  );
  if (list === undefined) return [];
  const name = twin.nodes.find(({ host }) => node === `${host}:9050`)?.name ?? node;
  const before = pieces.seen.filter((one) => one.node === name && one.atMs < drainAtMs);
  const marks = new Set(before.map(({ mark }) => mark));
  return pieces.all.filter(({ mark, endedAtMs }) => marks.has(mark) && (endedAtMs ?? Infinity) > list.atMs);
}

// ----------------------------------------------------------------------------------------------------------- the console

async function start(clusterId: string, wish: Parameters<typeof upgradePlan>[0]): Promise<string> {
  return await startRun(services, clusterId, upgradePlan({ reason: "ledger", ...wish }));
}

async function ask(runId: string, request: RunRequest): Promise<void> {
  const answer = await services.requestOfRun(dana, runId, request);
  if (!answer.ok) throw new Error(`${request.do} in ${runId}: ${answer.refusal.reason}`);
}

async function until(runId: string, what: string, holds: (events: Told) => boolean): Promise<void> {
  const endMs = Date.now() + 90_000;
  for (;;) {
    const events = await journalOf(services, runId);
    if (holds(events)) return;
    if (Date.now() > endMs) {
      const last = events.slice(-6).map(({ event }) => JSON.stringify(event).slice(0, 300));
      throw new Error(`${runId} waited 90 s for ${what}; last:\n${last.join("\n")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function parked(events: Told, nodeId: string): boolean {
  return events.some(
    ({ event }) => event.type === "HoldBegan" && event.nodeId === nodeId && event.reason.why === "outByHand",
  );
}

function issued(events: Told, verb: string): boolean {
  return events.some(({ event }) => event.type === "CommandIssued" && event.command.verb === verb);
}

function ended(events: Told): boolean {
  return events.some(({ event }) => event.type === "RunEnded");
}
