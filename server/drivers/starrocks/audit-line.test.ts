import { describe, expect, it } from "vitest";
import { parseAuditLine, parseTransfer } from "./audit-line.ts";

/** As a 4.0.7 FE wrote it. */
const FORTY =
  "2026-11-21 13:00:33.249Z [query] |Timestamp=1795266032824|Client=192.0.2.100:52758|User=root|AuthorizedUser='root'@'%'|ResourceGroup=|Catalog=default_catalog|Db=shop|State=EOF|ErrorCode=|Time=421|ScanBytes=0|ScanRows=0|ReturnRows=1|StmtId=1|QueryId=01a1fe31-b4ba-759f-812f-d94116786ae7|IsQuery=false|feIp=192.0.2.1|Stmt=SHOW FRONTENDS|Digest=|Warehouse=default_warehouse|CNGroup=|IsForwardToLeader=false|QueryFEAllocatedMemory=0|SessionId=01a1fe31-b496-75bc-ad19-fb69b893aa2e|CustomQueryId=|TransmittedBytes=0|QuerySource=EXTERNAL|Command=MySQL.Query";
/** As the documents of 2.1 show it: no Timestamp, no ErrorCode, nothing after the digest. */
const OLD =
  "2021-12-27 15:13:39,108 [slow_query] |Client=172.26.0.9:54956|User=root|Db=default_cluster:test|State=EOF|Time=2469|ScanBytes=0|ScanRows=0|ReturnRows=6|StmtId=3|QueryId=824d8dc0-66e4-11ec-9fdc-00163e04d4c2|IsQuery=true|feIp=172.26.92.195|Stmt=select count(*) from test_basic group by id_bigint|Digest=51390da6b57461f571f0712d527320f4";

describe("A line of the audit log", () => {
  it("is read by the names of its fields, and ends when its time was over", () => {
    expect(parseAuditLine(FORTY)).toEqual({
      log: "query",
      queryId: "01a1fe31-b4ba-759f-812f-d94116786ae7",
      state: "EOF",
      errorCode: "",
      user: "root",
      database: "shop",
      startedAtMs: 1795266032824,
      endedAtMs: 1795266033245,
      statement: "SHOW FRONTENDS",
      digest: "",
      isQuery: false,
    });
  });

  it("tells no time where its version writes none", () => {
    expect(parseAuditLine(OLD)).toMatchObject({
      log: "slow_query",
      startedAtMs: null,
      endedAtMs: null,
      isQuery: true,
      digest: "51390da6b57461f571f0712d527320f4",
    });
  });

  it("keeps a statement whole that looks like fields", () => {
    const sql = "SELECT '|State=ERR|Digest=x|QueryId=y' FROM t";
    expect(parseAuditLine(FORTY.replace("SHOW FRONTENDS", sql))).toMatchObject({
      statement: sql,
      state: "EOF",
      queryId: "01a1fe31-b4ba-759f-812f-d94116786ae7",
    });
  });

  it("is read as JSON where the FE writes JSON", () => {
    const line = `2026-11-21 13:00:33.249Z [query] ${JSON.stringify({
      Timestamp: 1000,
      Time: 20,
      QueryId: "q",
      State: "ERR",
      ErrorCode: "INTERNAL_ERR",
      IsQuery: true,
      User: "dana",
      Stmt: "SELECT 1",
      Other: { nested: [1] },
    })}`;
    expect(parseAuditLine(line)).toMatchObject({ state: "ERR", endedAtMs: 1020, isQuery: true, user: "dana" });
  });

  it.each([
    ["a connection", FORTY.replace("[query]", "[connection]")],
    ["half a line", FORTY.slice(0, 40)],
    ["half an object", '2026-11-21 13:00:33.249Z [query] {"QueryId":"q"'],
    ["nothing", ""],
  ])("is no statement's end: %s", (_what, line) => {
    expect(parseAuditLine(line)).toBeNull();
  });
});

describe("A line of fe.log", () => {
  it("tells what a statement's execution became", () => {
    const line =
      "2026-11-21 13:00:33.249Z INFO (starrocks-mysql-nio-pool-3|311) [StmtExecutor.execute():1012] transfer QueryId: 01a1fe31-b4ba-759f-812f-d94116786ae7 to 3f1ab0c2-0d5e-4b44-9f38-0a4f8e6d1c11";
    expect(parseTransfer(line)).toMatchObject({
      from: "01a1fe31-b4ba-759f-812f-d94116786ae7",
      to: "3f1ab0c2-0d5e-4b44-9f38-0a4f8e6d1c11",
    });
    expect(parseTransfer("register query id = 3f1ab0c2")).toBeNull();
  });
});
