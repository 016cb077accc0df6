/**
 * What goes wrong before an upgrade, one thing a row: planted in a cluster that is sound otherwise, found by the check of that
 * name and by no other, with the statement or command that mends it.
 */
import { describe, expect, it } from "vitest";
import type { Check } from "#lib/run/check.ts";
import { CHECK_LIST } from "./check-list.ts";
import { aRequest, siteDriver } from "./testing/site-driver.ts";
import type { Misconfiguration } from "./testing/misconfiguration.ts";
import { aSite } from "./testing/site.ts";
import { CLUSTER } from "./testing/wrong-cluster.ts";
import { FRONTENDS } from "./testing/wrong-frontends.ts";
import { HOSTS } from "./testing/wrong-hosts.ts";
import { NODES } from "./testing/wrong-nodes.ts";
import { routerSection } from "./testing/site-router.ts";
import { ROUTERS } from "./testing/wrong-routers.ts";

const { signal } = new AbortController();

/** All these have a router before their FEs. */
const ROUTED = ROUTERS.map((row): Misconfiguration => ({
  ...row,
  plant: (site) => {
    const frontends = site.nodes.filter(({ role }) => role === "fe").map(({ id }) => id);
    site.section["routers"] = [routerSection(frontends)];
    row.plant(site);
  },
}));

const ROWS: readonly Misconfiguration[] = [...CLUSTER, ...FRONTENDS, ...HOSTS, ...NODES, ...ROUTED];

/** The plan is made before the mistake is, where the mistake would leave nothing to plan. */
async function failing(row: Misconfiguration): Promise<readonly Check[]> {
  const [from, to] = row.versions ?? ["4.0.7", "4.0.8"];
  const site = aSite(from, to);
  row.before?.(site);
  if (row.at === undefined) row.plant(site);
  const driver = siteDriver(site);
  const request = aRequest(to, row.request);
  const made = await driver.plan(request, signal);
  if (!made.ok) throw new Error(made.why);
  const before = await driver.baseline(signal);
  if (row.at !== undefined) row.plant(site);
  const late = siteDriver(site);
  const step = made.value.steps.find(({ nodeId }) => nodeId === row.at);
  const checks =
    step === undefined
      ? await late.preflight(made.value, signal)
      : await late.checks(made.value, step, { baseline: before.ok ? before.value : {}, out: [] }, signal);
  return checks.filter(({ verdict }) => verdict !== "pass");
}

const idOf = (check: Check): string => check.id.replace(/:.*/, "");

describe("a misconfiguration is found, by its own check and with its remedy", () => {
  it.each(ROWS.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    const found = await failing(row);
    const own = found.filter(
      (check) => idOf(check) === row.id && (row.node === undefined || check.nodeId === row.node),
    );
    expect(found.map(idOf)).toContain(row.id);
    expect(own.map(({ verdict, severity }) => `${verdict} ${severity}`)).toContain(
      `${row.verdict ?? "fail"} ${row.severity}`,
    );
    expect(own.map(({ evidence }) => evidence).join("\n")).toContain(row.says);
    expect(own.map(({ remedy }) => remedy).join("\n")).toContain(row.remedy);
    const besides = found.filter((check) => !own.includes(check)).map(idOf);
    expect(besides.filter((id) => !(row.also ?? []).some((also) => also === id) && id !== "metadata-image")).toEqual(
      [],
    );
  });

  it("there are sixty and more of them", () => {
    expect(ROWS.length).toBeGreaterThanOrEqual(60);
  });
});

describe("the list of checks", () => {
  /** Told only after a node came back, or beside others (batch-checks.test.ts), or where nothing can be read of a variable. */
  const ELSEWHERE = new Set([
    "serving",
    "on-the-routes",
    "health",
    "global-variable",
    "metadata-image",
    "batch-replicas",
    "batch-loads",
  ]);

  it("every check that a run can fail on is planted above, with each of its severities", () => {
    const planted = new Set(ROWS.flatMap(({ id, severity }) => [id, `${id} ${severity}`]));
    const wanted = Object.entries(CHECK_LIST)
      .filter(([id]) => !ELSEWHERE.has(id))
      .flatMap(([id, { severity }]) => severity.map((each) => `${id} ${each}`));
    const missing = wanted.filter((each) => !planted.has(each));
    // A forbidden path never becomes a plan, and a leader's load is a note before the run: plan.test.ts has the first.
    expect(missing).toEqual(["version-path blocks", "publish-safe note"]);
  });
});
