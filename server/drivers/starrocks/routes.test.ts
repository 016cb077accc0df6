/** What is lent by a router before an FE: taken, read back, given back, and left alone where somebody else set it. */
import { describe, expect, it } from "vitest";
import { giveBack, survey, take } from "./loans.ts";
import { readCluster } from "./read-cluster.ts";
import { routedWork } from "./read-node.ts";
import { rowsBefore } from "./routes.ts";
import { aRequest, siteDriver, siteWorld } from "./testing/site-driver.ts";
import { routerSection } from "./testing/site-router.ts";
import { aSite, type Site } from "./testing/site.ts";
import type { World } from "./world.ts";

const { signal } = new AbortController();
const OUT = { route: "out", setOut: true, word: "DRAIN" } as const;

function routedSite(): Site {
  const site = aSite("4.0.7", "4.0.8");
  site.section["routers"] = [routerSection(["fe-1", "fe-2", "fe-3"])];
  return site;
}

async function opened(site: Site): Promise<World> {
  const world = siteWorld(site);
  await readCluster(world);
  return world;
}

const isolating = { purpose: "isolate", runId: "run-1", nodeId: "fe-2" } as const;

async function onlyLoan(world: World) {
  const loans = await survey(world, isolating, signal);
  const [loan] = loans.ok ? loans.value : [];
  if (loan === undefined) throw new Error(loans.ok ? "no loan" : loans.why);
  return loan;
}

describe("an FE behind a router", () => {
  it("is lent by every router that stands before it", async () => {
    const loans = await survey(await opened(routedSite()), isolating, signal);
    expect(loans).toMatchObject({ ok: true, value: [{ kind: "route", on: "lb", key: "mysql/fe-2", nodeId: "fe-2" }] });
  });

  it("is no loan where somebody else took it out before", async () => {
    const site = routedSite();
    site.router.rows["mysql/fe-2"] = OUT;
    expect(await survey(await opened(site), isolating, signal)).toEqual({ ok: true, value: [] });
  });

  it("is not lent by a router that does not answer", async () => {
    const site = routedSite();
    const world = await opened(site);
    site.router.silent = true;
    expect(await survey(world, isolating, signal)).toMatchObject({ ok: false, why: "lb is silent" });
  });

  it("goes back when the router says so, and needs nothing where the router has forgotten it", async () => {
    const site = routedSite();
    const world = await opened(site);
    const loan = await onlyLoan(world);
    expect(await take(world, [loan], signal)).toMatchObject({ outcome: "done" });
    expect(await giveBack(world, loan, signal)).toEqual({ outcome: "returned", how: "lb: mysql/fe-2 is UP already" });
    site.router.rows["mysql/fe-2"] = OUT;
    expect(await giveBack(world, loan, signal)).toEqual({ outcome: "returned", how: "told" });
  });

  it("is lent again under the same name where a reload has forgotten it", async () => {
    const site = routedSite();
    const world = await opened(site);
    const first = await onlyLoan(world);
    site.router.rows["mysql/fe-2"] = OUT;
    expect(await survey(world, isolating, signal)).toEqual({ ok: true, value: [] });
    site.router.rows["mysql/fe-2"] = {};
    expect(await onlyLoan(world)).toEqual(first);
  });

  it("stays owed while the router is silent, or is not configured any more", async () => {
    const site = routedSite();
    const world = await opened(site);
    const loan = await onlyLoan(world);
    site.router.silent = true;
    expect(await giveBack(world, loan, signal)).toMatchObject({ outcome: "unknown" });
    const other = await opened(aSite("4.0.7", "4.0.8"));
    expect(await giveBack(other, loan, signal)).toMatchObject({ outcome: "unknown" });
    expect(await take(other, [loan], signal)).toMatchObject({ outcome: "refused" });
  });

  it("is left as somebody else set it meanwhile", async () => {
    const site = routedSite();
    const world = await opened(site);
    const loan = await onlyLoan(world);
    site.router.rows["mysql/fe-2"] = OUT;
    site.router.letIn = { outcome: "refused", reason: "lb: mysql/fe-2 is MAINT" };
    expect(await giveBack(world, loan, signal)).toEqual({ outcome: "superseded", found: "lb: mysql/fe-2 is MAINT" });
  });

  it("has the connections that its router carries to it as its work, and null where that is not counted", async () => {
    const site = routedSite();
    site.router.rows["mysql/fe-2"] = { ...OUT, sessions: 3, queued: 1 };
    const rows = await rowsBefore(await opened(site), "fe-2", 0, signal);
    expect(routedWork(rows, 5)?.inFlight).toEqual([{ kind: "connections through lb", count: 4 }]);
    expect(
      routedWork(
        rows.map((one) => ({ ...one, row: { ...one.row, sessions: null } })),
        5,
      ),
    ).toBeNull();
  });

  it("shows what is sent to the router in its phases, and nothing where the plan takes it nowhere", async () => {
    const driver = siteDriver(routedSite());
    const shown = async (isolate: boolean): Promise<readonly string[]> => {
      const plan = await driver.plan(aRequest("4.0.8", { nodeIds: ["fe-2"], isolate }), signal);
      if (!plan.ok) throw new Error(plan.why);
      const lines = driver.commandLines(plan.value, "fe-2").filter(({ where }) => where === "lb>");
      return lines.map(({ phase, text }) => `${phase}: ${text}`);
    };
    expect(await shown(true)).toEqual([
      "isolate: set server mysql/fe-2 state drain",
      "readmit: set server mysql/fe-2 state ready",
    ]);
    expect(await shown(false)).toEqual([]);
  });

  it("[S4-4] is not verified while its router keeps it out", async () => {
    const site = routedSite();
    const driver = siteDriver(site);
    const plan = await driver.plan(aRequest("4.0.8", { nodeIds: ["fe-2"] }), signal);
    const [step] = plan.ok ? plan.value.steps : [];
    if (!plan.ok || step === undefined) throw new Error("no plan");
    const gate = async (): Promise<unknown> => {
      const checks = await driver.gates(plan.value, step, { baseline: {}, out: [] }, signal);
      const found = checks.find(({ id }) => id === "on-the-routes");
      return [found?.verdict, found?.remedy];
    };
    expect(await gate()).toEqual(["pass", ""]);
    site.router.rows["mysql/fe-2"] = OUT;
    expect(await gate()).toEqual(["fail", "lb> set server mysql/fe-2 state ready"]);
    site.router.silent = true;
    expect(await gate()).toEqual(["unknown", "Wait until the router answers."]);
  });
});
