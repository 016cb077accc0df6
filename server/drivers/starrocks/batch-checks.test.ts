/** What the driver says of a node while others of its run are out: what lies there is lost, and that they are out is no fault. */
import { describe, expect, it } from "vitest";
import type { Check } from "#lib/run/check.ts";
import { aRequest, siteDriver } from "./testing/site-driver.ts";
import { aSite, databaseOf, nodeOf, type Site } from "./testing/site.ts";

const { signal } = new AbortController();

type Asked = { readonly arrange?: (site: Site) => void; readonly nodeId?: string; readonly out?: readonly string[] };

async function ask(
  { arrange, nodeId = "be-2", out = ["be-1"] }: Asked,
  which: "checks" | "gates" = "checks",
): Promise<readonly Check[]> {
  const site = aSite("4.0.7", "4.0.8");
  const driver = siteDriver(site);
  const made = await driver.plan(aRequest("4.0.8"), signal);
  if (!made.ok) throw new Error(made.why);
  const step = made.value.steps.find((one) => one.nodeId === nodeId);
  if (step === undefined) throw new Error(`${nodeId} is no step`);
  arrange?.(site);
  const checks = await siteDriver(site)[which](made.value, step, { baseline: { "tablets.bad": 0 }, out }, signal);
  return checks.filter(({ verdict }) => verdict !== "pass");
}

function table(site: Site, name: string, ...holders: string[][]): void {
  databaseOf(site).tables.push({ name, holders, hidden: false, good: true });
}

const idsOf = (checks: readonly Check[]): readonly string[] => checks.map(({ id }) => id);

describe("a backend beside others that are out by the run", () => {
  it("may not go where it has the last good replica, whatever was answered for it alone", async () => {
    const found = await ask({ arrange: (site) => table(site, "pair", ["be-1", "be-2"]) });
    const check = found.find(({ id }) => id === "batch-replicas");
    expect(check).toMatchObject({ severity: "blocks", verdict: "fail" });
    expect(check?.evidence).toBe("cannot be read while be-2 and be-1 are out: shop.pair (1 tablet)");
    expect(check?.remedy).toBe("It goes on by itself when be-1 is back.");
  });

  it("may not go beside another where a table has one replica, which lies on it", async () => {
    const found = await ask({ arrange: (site) => table(site, "alone", ["be-2"]), out: ["be-3"] });
    expect(idsOf(found)).toContain("batch-replicas");
  });

  it("is told of tables that would keep a minority of their replicas: three, of which two are out", async () => {
    const found = await ask({});
    expect(found).toMatchObject([{ id: "batch-loads", severity: "needsReason" }]);
    expect(found[0]?.evidence).toBe("cannot be loaded into while be-2 and be-1 are out: shop.orders (1 tablet)");
  });

  it("may go where nothing lies on both", async () => {
    const apart = (site: Site): void => {
      databaseOf(site).tables = [];
      table(site, "left", ["be-1", "be-3", "be-4"]);
      table(site, "right", ["be-2", "be-3", "be-4"]);
    };
    expect(await ask({ arrange: apart })).toEqual([]);
  });

  it("counts as lost who is down, leaves, or is kept away from, though its replicas are called good", async () => {
    const three = (site: Site): void => table(site, "three", ["be-1", "be-2", "be-3"]);
    const whys: readonly ((site: Site) => void)[] = [
      (site) => (nodeOf(site, "be-3").statusCode = "SHUTDOWN"),
      (site) => (nodeOf(site, "fe-1").blacklist["be-3"] = "MANUAL"),
    ];
    for (const why of whys) {
      const found = await ask({
        arrange: (site) => {
          three(site);
          why(site);
        },
      });
      expect(found.find(({ id }) => id === "batch-replicas")?.evidence).toContain("shop.three");
    }
  });

  it("waits where the replicas cannot be read", async () => {
    const found = await ask({ arrange: (site) => (site.lacks = ["OPERATE"]) });
    expect(found.find(({ id }) => id === "batch-replicas")).toMatchObject({ verdict: "unknown" });
  });
});

describe("a node beside others that are out by the run", () => {
  const gone = (site: Site): void => {
    nodeOf(site, "cn-1").alive = false;
    nodeOf(site, "fe-1").blacklist["cn-1"] = "MANUAL";
  };

  it("is not refused because they are: nobody else being down", async () => {
    expect(idsOf(await ask({ arrange: gone, out: ["cn-1"] }))).not.toContain("others-in-service");
    expect(idsOf(await ask({ arrange: gone, out: [] }))).toContain("others-in-service");
  });

  it("is the last that serves when the other of its pool is out, though nobody shows it so yet", async () => {
    expect(idsOf(await ask({ nodeId: "cn-2", out: ["cn-1"] }))).toContain("last-serving");
    expect(idsOf(await ask({ nodeId: "cn-2", out: [] }))).not.toContain("last-serving");
  });

  it("is not failed for the tablets that lie on them, and is for more", async () => {
    const bad = (count: number) => (site: Site) => {
      site.unhealthyTablets = count;
    };
    const gate = async (arrange: (site: Site) => void, out: readonly string[]): Promise<readonly string[]> =>
      idsOf(await ask({ arrange, out }, "gates")).filter((id) => id === "tablets-as-before");
    expect(await gate(bad(1), [])).toEqual(["tablets-as-before"]);
    expect(await gate(bad(1), ["be-1"])).toEqual([]);
    expect(await gate(bad(1_000_000), ["be-1"])).toEqual(["tablets-as-before"]);
  });
});
