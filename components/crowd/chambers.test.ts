import { describe, expect, it } from "vitest";
import type { NodeView } from "#lib/wire/views.ts";
import { groupedRows } from "#components/cluster/node-rows.ts";
import { clusterView, NOW_MS, nodeView } from "#components/testing/cluster.ts";
import { chamberRoles, nextChamber, poolOfChamber, POOLS_OVER } from "./chambers.ts";
import { createCrowdRows } from "./use-crowd-rows.ts";

const inPool = (view: NodeView, pool: string): NodeView => ({ ...view, node: { ...view.node, pool } });

function rolesOf(nodes: readonly NodeView[]) {
  return groupedRows(createCrowdRows()(clusterView(nodes), null, NOW_MS).rows, clusterView([]).words);
}

describe("the chamber grid", () => {
  it("has a chamber a node, by role and pool, with what is lost told where its pool is named", () => {
    const roles = rolesOf([
      inPool(nodeView("be-02", { process: "gone" }), "b"),
      inPool(nodeView("be-01"), "a"),
      inPool(nodeView("be-03"), "b"),
      inPool(nodeView("fe-01", { role: "fe" }), "a"),
    ]);
    const grid = chamberRoles({ roles, isShown: null, openPool: null });
    expect(grid.map(({ role, serving, total }) => `${role} ${serving} of ${total}`)).toEqual([
      "fe 1 of 1",
      "be 2 of 3",
    ]);
    const [, backends] = grid;
    expect(backends?.groups.map(({ title, note, hasLost }) => `${title}: ${note}, ${hasLost}`)).toEqual([
      "a: 1 node, false",
      "b: 2 nodes, 1 lost, true",
    ]);
    const [, b] = backends?.groups ?? [];
    expect(b?.chambers.map(({ id, state, label }) => `${id} ${state}: ${label}`)).toEqual([
      "be-02 lost: be-02, DISCONNECTED, not planned",
      "be-03 serving: be-03, OK",
    ]);
  });

  it("dims what a filter does not let through, and hides nothing", () => {
    const roles = rolesOf([nodeView("be-01"), nodeView("be-02")]);
    const [backends] = chamberRoles({ roles, isShown: ({ id }) => id === "be-02", openPool: null });
    expect(backends?.groups[0]?.chambers.map(({ isDim }) => isDim)).toEqual([true, false]);
  });

  it("has a chamber a pool where there are thousands, which opens to its nodes", () => {
    const many = Array.from({ length: POOLS_OVER + 1 }, (_, i) =>
      inPool(nodeView(`be-${i}`, i === 7 ? { process: "gone" } : {}), `rack-${i % 40}`),
    );
    const roles = rolesOf(many);
    const [closed] = chamberRoles({ roles, isShown: null, openPool: null });
    expect(closed?.groups).toHaveLength(1);
    expect(closed?.groups[0]?.chambers).toHaveLength(40);
    expect(closed?.groups[0]?.chambers.find(({ id }) => id === "be/rack-7")).toMatchObject({
      state: "lost",
      label: "rack-7, 50 nodes, 1 lost",
    });
    expect(poolOfChamber("be/a/b")).toEqual({ role: "be", pool: "a/b" });
    const [open] = chamberRoles({ roles, isShown: null, openPool: "rack-7" });
    expect(open?.groups.map(({ title, chambers }) => [title, chambers.length])).toEqual([["rack-7", 50]]);
  });
});

describe("arrows in the grid", () => {
  const at = (id: string, x: number, y: number) => ({ id, x, y });
  const placed = [at("a", 0, 0), at("b", 12, 0), at("c", 24, 0), at("d", 0, 25), at("e", 12, 25), at("f", 30, 60)];

  it("go along the order, and up and down to what is nearest on the next line", () => {
    expect(nextChamber(placed, "a", "ArrowRight")).toBe("b");
    expect(nextChamber(placed, "d", "ArrowLeft")).toBe("c");
    expect(nextChamber(placed, "c", "ArrowDown")).toBe("e");
    expect(nextChamber(placed, "e", "ArrowDown")).toBe("f");
    expect(nextChamber(placed, "f", "ArrowUp")).toBe("e");
    expect(nextChamber(placed, "b", "End")).toBe("f");
    expect(nextChamber(placed, "b", "Home")).toBe("a");
  });

  it("stay where there is nothing further, and begin at the first", () => {
    expect(nextChamber(placed, "f", "ArrowRight")).toBeNull();
    expect(nextChamber(placed, "a", "ArrowUp")).toBeNull();
    expect(nextChamber(placed, null, "ArrowDown")).toBe("a");
    expect(nextChamber([], null, "ArrowDown")).toBeNull();
  });
});
