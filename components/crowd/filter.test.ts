import { describe, expect, it } from "vitest";
import type { ClusterView } from "#lib/wire/views.ts";
import { clusterView, NOW_MS, nodeView } from "#components/testing/cluster.ts";
import { countsOf, filtered, filterFrom, isNarrowed, NO_FILTER, queryOf, toggled, viewOf } from "./filter.ts";
import { createCrowdRows } from "./use-crowd-rows.ts";

const NODES = [
  ...Array.from({ length: 8 }, (_, i) => nodeView(`be-0${i}`, { count: 60 })),
  nodeView("be-lost", { process: "gone", count: null }),
  nodeView("cn-1", { role: "cn", count: 10 }),
  nodeView("cn-old", { role: "cn", count: 10, seenAtMs: NOW_MS - 60_000 }),
];
const CLUSTER: ClusterView = clusterView(NODES);
const { rows, usual } = createCrowdRows()(CLUSTER, null, NOW_MS);
const ids = (filter: Parameters<typeof filtered>[1]): readonly string[] =>
  filtered(rows, filter, usual).map(({ id }) => id);

describe("the filter of many nodes", () => {
  it("shows what asks for a look when nothing is chosen, the worst first", () => {
    expect(viewOf(NO_FILTER)).toBe("look");
    expect(ids(NO_FILTER)).toEqual(["be-lost", "cn-old"]);
  });

  it("lets through all that is chosen together, what needs attention first and then by name", () => {
    expect(ids({ ...NO_FILTER, view: "all" }).slice(0, 4)).toEqual(["be-lost", "cn-old", "be-00", "be-01"]);
    expect(ids(toggled(NO_FILTER, "role", "cn"))).toEqual(["cn-old", "cn-1"]);
    expect(ids({ ...toggled(NO_FILTER, "role", "cn"), text: "OLD" })).toEqual(["cn-old"]);
    expect(ids(toggled(NO_FILTER, "status", "no data"))).toEqual(["cn-old"]);
    expect(ids(toggled(toggled(NO_FILTER, "role", "cn"), "role", "cn"))).toEqual(["be-lost", "cn-old"]);
  });

  it("counts every choice over the whole cluster, and keeps the words that nobody has now", () => {
    const counts = countsOf(rows, usual, clusterView([]).words);
    expect(counts.views).toEqual({ look: 2, moving: 0, all: 11 });
    expect(counts.facets.status.map(({ value, count }) => `${value} ${count}`)).toEqual([
      "OK 9",
      "SHUTDOWN 0",
      "DISCONNECTED 1",
      "CONNECTING 0",
      "no data 1",
    ]);
    expect(counts.facets.role.map(({ title, count }) => `${title} ${count}`)).toEqual([
      "BE, backends 9",
      "CN, compute nodes 2",
    ]);
    for (const facet of Object.values(counts.facets)) {
      expect(facet.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length);
    }
  });

  it("stands in the URL and comes back from it; what is not known there is left out", () => {
    const filter = { ...toggled(toggled(NO_FILTER, "role", "be"), "pool", "be"), text: "0 1" };
    expect(queryOf(filter)).toBe("?role=be&pool=be&q=0+1");
    expect(filterFrom(new URLSearchParams(queryOf(filter)))).toEqual(filter);
    expect(filterFrom(new URLSearchParams("?view=nonsense"))).toEqual(NO_FILTER);
    expect(queryOf(NO_FILTER)).toBe("");
    expect(isNarrowed(filter)).toBe(true);
  });
});

describe("the rows of many nodes", () => {
  it("are kept where nothing was told of a node, and made anew once a second for its age", () => {
    const make = createCrowdRows();
    const first = make(CLUSTER, null, NOW_MS).rows;
    const other = nodeView("be-00", { count: 61 });
    const next = make({ ...CLUSTER, nodes: { ...CLUSTER.nodes, "be-00": other } }, null, NOW_MS + 300).rows;
    expect(next[0]?.count).toBe(61);
    expect(next[1]?.status).toBe(first[1]?.status);
    const later = make(CLUSTER, null, NOW_MS + 1200).rows;
    expect(later[1]?.status).not.toBe(first[1]?.status);
  });

  it("follow nodes that come and go", () => {
    const make = createCrowdRows();
    make(CLUSTER, null, NOW_MS);
    const { "be-00": _gone, ...rest } = CLUSTER.nodes;
    const nodes = { ...rest, "be-000": nodeView("be-000") };
    expect(
      make({ ...CLUSTER, nodes }, null, NOW_MS)
        .rows.map(({ id }) => id)
        .slice(0, 2),
    ).toEqual(["be-000", "be-01"]);
  });
});
