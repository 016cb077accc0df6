import { describe, expect, it } from "vitest";
import { digestOf, stateOf } from "./audit-log.ts";

describe("a line of fe.audit.log", () => {
  it("says EOF after rows, OK after anything else that went well, ERR otherwise", () => {
    expect([
      stateOf({ kind: "rows", columns: [], rows: [] }),
      stateOf({ kind: "ok", affected: 0 }),
      stateOf({ kind: "error", code: 1064, message: "" }),
    ]).toEqual(["EOF", "OK", "ERR"]);
  });
});

describe("a digest", () => {
  it("is the same for statements that differ in literals, blanks and comments alone", () => {
    const one = digestOf("SELECT count(*) FROM t WHERE a = 1 AND b = 'x' /* first */");
    expect(digestOf("select count(*)\n  from t where a = 22.5 and b = 'y z'")).toBe(one);
    expect(digestOf("SELECT count(*) FROM u WHERE a = 1 AND b = 'x'")).not.toBe(one);
  });
});
