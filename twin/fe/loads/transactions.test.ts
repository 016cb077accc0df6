import { describe, expect, it } from "vitest";
import { Store, put, type Change } from "../store/store.ts";
import { Transactions } from "./transactions.ts";

const wanted = {
  label: "l1",
  db: "shop",
  table: "orders",
  coordinator: "BE: 10.0.0.11",
  source: "BACKEND_STREAMING",
  timeoutMs: 1000,
  user: "bi_etl",
} as const;

function leader(): { store: Store; transactions: () => Transactions } {
  const store = new Store();
  const about = { clusterId: 1, token: "t", nextId: 10001, nextFrontendId: 3, nextTransactionId: 1 };
  store.apply([put("cluster", "cluster", about)]);
  const append = (changes: readonly Change[]): Promise<boolean> => {
    store.apply(changes);
    return Promise.resolve(true);
  };
  return {
    store,
    transactions: () =>
      new Transactions(
        store,
        append,
        () => 5,
        () => undefined,
      ),
  };
}

describe("a load transaction", () => {
  it("is visible after its commit, and a second commit says so again", async () => {
    const { store, transactions } = leader();
    const txns = transactions();
    const id = (await txns.begin(wanted)) ?? 0;
    expect(txns.running("shop")).toBe(1);
    expect(await txns.commit(id, () => [])).toEqual({ ok: true });
    expect(store.transactions.get(String(id))?.state).toBe("VISIBLE");
    expect(await txns.commit(id, () => [])).toEqual({ ok: true });
    expect(txns.running("shop")).toBe(0);
  });

  it("in PREPARE is lost with its leader: the next one does not find it", async () => {
    const { transactions } = leader();
    const id = (await transactions().begin(wanted)) ?? 0;
    expect(await transactions().commit(id, () => [])).toEqual({ ok: false, reason: `transaction not found: ${id}` });
  });

  it("never gets an id that an earlier leader gave out", async () => {
    const { transactions } = leader();
    const first = (await transactions().begin(wanted)) ?? 0;
    const second = (await transactions().begin(wanted)) ?? 0;
    expect(second).toBeGreaterThan(first);
  });

  it("that was aborted refuses its commit and says why", async () => {
    const { transactions } = leader();
    const txns = transactions();
    const id = (await txns.begin(wanted)) ?? 0;
    await txns.abort(id, "coordinate BE is down");
    const ended = await txns.commit(id, () => []);
    expect(ended.ok ? "" : ended.reason).toContain("coordinate BE is down");
  });

  it("is aborted where too few replicas took it", async () => {
    const { store, transactions } = leader();
    const txns = transactions();
    const id = (await txns.begin(wanted)) ?? 0;
    expect(await txns.commit(id, () => "quorum")).toEqual({ ok: false, reason: "quorum" });
    expect(store.transactions.get(String(id))).toMatchObject({ state: "ABORTED", reason: "quorum" });
  });
});
