import { describe, expect, it } from "vitest";
import { cleaned, hostPorts, likePattern, properties, splitOutside, tableName, unquoted } from "./sql-text.ts";

describe("a statement's text", () => {
  it("is read without comments and the closing semicolon", () => {
    expect(cleaned("/* tile */ SELECT 1 ; \n")).toBe("SELECT 1");
    expect(cleaned("-- who\nSHOW BACKENDS;")).toBe("SHOW BACKENDS");
  });

  it("matches LIKE with any text, one character, and escapes", () => {
    expect(["heartbeat_timeout_second", "heartbeatXa", "beat"].map(likePattern("heartbeat_%"))).toEqual([
      true,
      true,
      false,
    ]);
    expect(["a_b", "axb"].map(likePattern("a\\_b"))).toEqual([true, false]);
    expect(likePattern("version(%)")("version(1)")).toBe(true);
  });

  it("is split where a separator stands outside quotes and parentheses", () => {
    expect(splitOutside("a, f(b, c), 'd, e'", /,/y)).toEqual(["a", "f(b, c)", "'d, e'"]);
    expect(splitOutside("a = 1 AND b = 'x and y'", /\s+and\s+/iy)).toEqual(["a = 1", "b = 'x and y'"]);
  });

  it("gives properties, tables and addresses", () => {
    expect([...properties(`("a" = "1", 'b' = 'two')`)]).toEqual([
      ["a", "1"],
      ["b", "two"],
    ]);
    expect(tableName("`shop`.`orders`", "x")).toEqual({ database: "shop", table: "orders" });
    expect(tableName("orders", "shop")).toEqual({ database: "shop", table: "orders" });
    expect(hostPorts(`"a:9050", 'b:9051'`)).toEqual([
      { host: "a", port: 9050 },
      { host: "b", port: 9051 },
    ]);
    expect(unquoted("'it''s'")).toBe("it's");
  });
});
