/** Clusters as they should be, of many kinds: no check may fail there, nor be left unanswered. */
import { describe, expect, it } from "vitest";
import type { Check } from "#lib/run/check.ts";
import type { PlanRequest } from "#server/orchestrator/ports.ts";
import { aRequest, siteDriver } from "./testing/site-driver.ts";
import { aSite, aSiteNode, databaseOf, nodeOf, type Site } from "./testing/site.ts";

const { signal } = new AbortController();

type Row = readonly [
  name: string,
  from: string,
  to: string,
  change: Partial<PlanRequest>,
  arrange: (site: Site) => void,
];

const nothing = (): void => {};
const releases = { strategy: "symlink", releases: "/srv/starrocks", link: "current" };

/** Before 3.4.2 a compute node neither has a blacklist nor waits, unless its conf says so. */
function confWaits(site: Site): void {
  for (const node of site.nodes) if (node.role === "cn") node.varz = { loop_count_wait_fragments_finish: "6" };
}

function observer(site: Site): void {
  const node = aSiteNode("fe", 4, "192.0.2.4", "4.0.7", "4.0.8");
  site.nodes.push({ ...node, leadership: "OBSERVER" });
}

function sharedData(site: Site): void {
  site.nodes = site.nodes.filter(({ role }) => role !== "be");
  site.databases = [];
  for (const node of site.nodes) {
    if (node.role === "fe") node.config["run_mode"] = "shared_data";
    else node.warehouse = "default_warehouse";
  }
}

const SOUND: readonly Row[] = [
  ["an upgrade within 4.0", "4.0.7", "4.0.8", {}, nothing],
  ["an upgrade from 3.3 to 3.4, its compute nodes made to wait by their conf", "3.3.14", "3.4.8", {}, confWaits],
  ["an upgrade from 3.4 to 3.5, with the variable that it needs", "3.4.8", "3.5.7", {}, nothing],
  [
    "the same, where an operator set it already",
    "3.4.8",
    "3.5.7",
    {},
    (site) => (site.globals = { cbo_enable_low_cardinality_optimize: "false" }),
  ],
  ["an upgrade from 3.4.10 to 3.5", "3.4.10", "3.5.7", {}, nothing],
  ["an upgrade from 3.5 to 4.0", "3.5.7", "4.0.7", {}, nothing],
  ["a downgrade from 4.0 to 3.5", "4.0.7", "3.5.7", { kind: "downgrade" }, nothing],
  ["a downgrade from 3.5 to 3.4", "3.5.7", "3.4.8", { kind: "downgrade" }, nothing],
  ["a downgrade from 3.4 to 3.3", "3.4.8", "3.3.14", { kind: "downgrade" }, nothing],
  ["a patch back within 4.0", "4.0.8", "4.0.7", { kind: "downgrade" }, nothing],
  ["a restart of all", "4.0.7", "4.0.8", { kind: "restart", targetVersion: null }, nothing],
  ["a restart of one backend", "3.5.7", "4.0.7", { kind: "restart", targetVersion: null, nodeIds: ["be-2"] }, nothing],
  ["a stop of one compute node", "4.0.7", "4.0.8", { kind: "stop", targetVersion: null, nodeIds: ["cn-1"] }, nothing],
  ["a drain of one backend", "4.0.7", "4.0.8", { kind: "drain", targetVersion: null, nodeIds: ["be-1"] }, nothing],
  ["an upgrade of backends alone", "4.0.7", "4.0.8", { nodeIds: ["be-1", "be-2", "be-3"] }, nothing],
  ["a leader that hands over while no load runs", "3.5.7", "3.5.9", { leaderExit: "graceful" }, nothing],
  [
    "work that runs out inside the exit",
    "4.0.7",
    "4.0.8",
    { policy: { ...aRequest(null).policy, drain: "inside" } },
    nothing,
  ],
  ["a cluster with an observer", "4.0.7", "4.0.8", {}, observer],
  ["shared data", "4.0.7", "4.0.8", {}, sharedData],
  [
    "a backend that is down and is a step",
    "4.0.7",
    "4.0.8",
    {},
    (site) => (Object.assign(nodeOf(site, "be-2"), { alive: false, statusCode: "DISCONNECTED" }).host.found = "none"),
  ],
  [
    "an entry on a blacklist by an FE's own finding",
    "4.0.7",
    "4.0.8",
    {},
    (site) => (nodeOf(site, "fe-1").blacklist["be-3"] = "AUTO"),
  ],
  [
    "an upgrade that was half done before",
    "4.0.7",
    "4.0.8",
    {},
    (site) => {
      Object.assign(nodeOf(site, "be-1"), { version: "4.0.8-70d1c24" }).host.onDisk = "4.0.8-70d1c24";
    },
  ],
  ["releases behind a link", "4.0.7", "4.0.8", {}, (site) => (site.section = { install: releases })],
  [
    "an operator's own command",
    "4.0.7",
    "4.0.8",
    {},
    (site) =>
      (site.section = {
        install: { strategy: "command", argv: ["/usr/local/bin/deploy", "{version}"], versions: ["4.0.8"] },
      }),
  ],
  [
    "a person who installs",
    "4.0.7",
    "4.0.8",
    {},
    (site) => (site.section = { install: { strategy: "manual", versions: ["4.0.8"] } }),
  ],
  [
    "a version that was set aside here, without its artifact",
    "4.0.8",
    "4.0.7",
    { kind: "downgrade" },
    (site) => {
      for (const { host } of site.nodes) {
        host.keptVersions = ["4.0.7-70d1c24"];
        delete host.releases["4.0.7"];
      }
    },
  ],
  [
    "systemd that restarts nothing",
    "4.0.7",
    "4.0.8",
    {},
    (site) => (nodeOf(site, "be-1").host.unit = "starrocks-be.service no 15min"),
  ],
  [
    "a disk that just holds the release",
    "4.0.7",
    "4.0.8",
    {},
    (site) => (nodeOf(site, "be-1").host.freeKb = 3_150_000),
  ],
  [
    "clocks two seconds apart",
    "4.0.7",
    "4.0.8",
    {},
    (site) => {
      nodeOf(site, "be-1").host.aheadS = 2;
      nodeOf(site, "fe-2").clockAheadS = -2;
    },
  ],
  [
    "a table with three replicas of which one is bad, none of them alone",
    "4.0.7",
    "4.0.8",
    {},
    (site) => {
      databaseOf(site).tables.push({
        name: "lineitem",
        holders: [["be-2", "be-3", "be-1"]],
        hidden: false,
        good: true,
      });
    },
  ],
  [
    "a backend of 3.3 whose conf makes it wait",
    "3.3.14",
    "3.4.8",
    {},
    (site) => {
      confWaits(site);
      nodeOf(site, "be-1").varz = { loop_count_wait_fragments_finish: "6" };
    },
  ],
  [
    "an account whose rights come with a role of its own",
    "4.0.7",
    "4.0.8",
    {},
    (site) => (site.grants = ["GRANT 'console' TO 'sluice'@'%'"]),
  ],
  ["a schema change that has ended", "4.0.7", "4.0.8", {}, (site) => (databaseOf(site).backup = "FINISHED")],
];

async function found(site: Site, request: PlanRequest): Promise<readonly Check[]> {
  const driver = siteDriver(site);
  const plan = await driver.plan(request, signal);
  if (!plan.ok) throw new Error(plan.why);
  const before = await driver.baseline(signal);
  if (!before.ok) throw new Error(before.why);
  const first = plan.value.steps.find(({ role }) => role !== "fe") ?? plan.value.steps[0];
  if (first === undefined) throw new Error("a plan without steps");
  return [
    ...(await driver.preflight(plan.value, signal)),
    ...(await driver.checks(plan.value, first, { baseline: before.value, out: [] }, signal)),
  ];
}

describe("a sound cluster passes in silence", () => {
  it.each(SOUND)("%s", async (_, from, to, change, arrange) => {
    const site = aSite(from, to);
    arrange(site);
    const checks = await found(site, aRequest(to, change));
    expect(checks.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
    expect(checks.length).toBeGreaterThan(5);
  });
});
