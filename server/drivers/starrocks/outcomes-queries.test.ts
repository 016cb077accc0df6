import { describe, expect, it } from "vitest";
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { AuditLine } from "./audit-line.ts";
import { outcomeOfQuery, relatedIds, sharedId, type Told } from "./outcomes-queries.ts";

const A = "0a000000-0000-4000-8000-000000000001";
const B = "0b000000-0000-4000-8000-000000000002";
const C = "0c000000-0000-4000-8000-000000000003";

const item = (rest: Partial<WorkItem> = {}): WorkItem => ({
  id: A,
  kind: "query",
  user: "dana",
  what: "SELECT 1",
  startedAtMs: 1000,
  waitedFor: true,
  ...rest,
});
const line = (rest: Partial<AuditLine> = {}): Told["lines"][number] => ({
  frontend: "fe-01",
  log: "query",
  queryId: A,
  state: "EOF",
  errorCode: "",
  user: "dana",
  database: "shop",
  startedAtMs: 1000,
  endedAtMs: 3500,
  statement: "SELECT count(*) FROM orders",
  digest: "",
  isQuery: true,
  ...rest,
});
const transfer = (from: string, to: string): Told["transfers"][number] => ({ from, to, line: "", frontend: "fe-01" });
const told = (rest: Partial<Told> = {}): Told => ({ lines: [], transfers: [], running: new Set(), gaps: [], ...rest });

describe("What became of a query", () => {
  it.each(["EOF", "OK"])("finished: the audit log says %s", (state) => {
    expect(outcomeOfQuery(item(), told({ lines: [line({ state })] }))).toMatchObject({
      id: A,
      outcome: "finished",
      endedAtMs: 3500,
      user: "dana",
      what: "SELECT count(*) FROM orders",
      evidence: `audit log of fe-01: State=${state} after 2.5 s, QueryId=${A}`,
      again: null,
    });
  });

  it("cut: it ended with an error, and who ran it is told to run it again", () => {
    const row = outcomeOfQuery(
      item(),
      told({ lines: [line({ state: "ERR", errorCode: "INTERNAL_ERR", digest: "d1" })] }),
    );
    expect(row).toMatchObject({ outcome: "cut", what: "d1: SELECT count(*) FROM orders" });
    expect(row.evidence).toContain("State=ERR, ErrorCode=INTERNAL_ERR");
    expect(row.again).toBe("As dana in shop, digest d1: SELECT count(*) FROM orders");
  });

  it("retried: the FE executed it anew, and it ended well", () => {
    const row = outcomeOfQuery(item(), told({ lines: [line()], transfers: [transfer(A, B)] }));
    expect(row).toMatchObject({ outcome: "retried", again: null });
    expect(row.evidence).toContain(`transfer QueryId: ${A} to ${B}`);
  });

  it("finished: what ran here was the second try, and the last", () => {
    const row = outcomeOfQuery(item({ id: B }), told({ lines: [line()], transfers: [transfer(A, B)] }));
    expect(row).toMatchObject({ id: B, outcome: "finished" });
  });

  it("retried: what ran here was the second try, and a third followed", () => {
    const transfers = [transfer(A, B), transfer(A, C)];
    expect(outcomeOfQuery(item({ id: B }), told({ lines: [line()], transfers }))).toMatchObject({ outcome: "retried" });
    expect(outcomeOfQuery(item({ id: C }), told({ lines: [line()], transfers }))).toMatchObject({
      outcome: "finished",
    });
  });

  it("cut: it was executed anew and failed all the same", () => {
    const row = outcomeOfQuery(item(), told({ lines: [line({ state: "ERR" })], transfers: [transfer(A, B)] }));
    expect(row.outcome).toBe("cut");
  });

  it("is found by the id of a fragment, which differs from its query's in the last group", () => {
    const fragment = A.replace(/1$/, "7");
    expect(outcomeOfQuery(item({ id: fragment }), told({ lines: [line()] }))).toMatchObject({
      id: fragment,
      outcome: "finished",
    });
  });

  it("is found by the query that a connection runs", () => {
    const row = outcomeOfQuery(
      item({ id: `connection 7, query ${A}`, kind: "connection", queryId: A }),
      told({ lines: [line()] }),
    );
    expect(row).toMatchObject({ id: `connection 7, query ${A}`, kind: "query", outcome: "finished" });
  });

  it("counts once what stands in the slow log too", () => {
    const lines = [line({ log: "slow_query", endedAtMs: 9999 }), line()];
    expect(outcomeOfQuery(item(), told({ lines })).endedAtMs).toBe(3500);
  });

  it.each([
    "INSERT INTO orders SELECT 1",
    "/* nightly */ insert overwrite orders select 1",
    "CREATE TABLE x AS SELECT 1",
  ])("is a load where it writes: %s", (statement) => {
    expect(outcomeOfQuery(item(), told({ lines: [line({ statement, isQuery: false })] })).kind).toBe("load");
  });

  it("unknown: it runs on", () => {
    const row = outcomeOfQuery(item(), told({ running: new Set([sharedId(A)]) }));
    expect(row).toMatchObject({ outcome: "unknown", endedAtMs: null, again: null });
    expect(row.evidence).toContain("it runs on");
  });

  it("unknown: it runs on under another id", () => {
    const row = outcomeOfQuery(item(), told({ running: new Set([sharedId(B)]), transfers: [transfer(A, B)] }));
    expect(row.evidence).toContain("it runs on");
  });

  it("unknown, and never finished, where no log tells; it says which could not be read", () => {
    const row = outcomeOfQuery(item(), told({ gaps: ["nothing says where fe-02 lies"] }));
    expect(row).toMatchObject({ outcome: "unknown", user: "dana", what: "SELECT 1" });
    expect(row.evidence).toContain("nothing says where fe-02 lies");
  });

  it("unknown where the log says neither", () => {
    expect(outcomeOfQuery(item(), told({ lines: [line({ state: "NOOP" })] })).outcome).toBe("unknown");
  });

  it("never shows a password", () => {
    const statement = "SELECT * FROM FILES('aws.s3.secret_key' = 'hush')";
    const row = outcomeOfQuery(item(), told({ lines: [line({ state: "ERR", statement })] }));
    expect(JSON.stringify(row)).not.toContain("hush");
  });
});

describe("Ids that belong together", () => {
  it("are the first and all that followed", () => {
    const transfers = [transfer(A, B), transfer(A, C)];
    expect(relatedIds(B, transfers)).toEqual([A, B, C]);
    expect(relatedIds(A, [])).toEqual([A]);
  });
});
