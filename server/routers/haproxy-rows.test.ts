import { describe, expect, it } from "vitest";
import { parseLook } from "./haproxy-rows.ts";
import type { RoutedServer } from "./router.ts";

type Values = Readonly<Record<string, string>>;

/** As HAProxy writes it, with the columns in any order: one table of counters, one of states, and the process. */
function looked(
  stat: Values,
  state: Values,
  order: (names: readonly string[]) => readonly string[] = (all) => all,
): string {
  const counters = {
    pxname: "web",
    svname: "one",
    qcur: "0",
    scur: "0",
    stot: "0",
    status: "UP",
    mode: "http",
    ...COUNTS,
  };
  const states = {
    be_id: "3",
    be_name: "web",
    srv_name: "one",
    srv_op_state: "2",
    srv_admin_state: "0",
    srv_uweight: "1",
  };
  const table = (values: Values, separator: string): string => {
    const [first = "", ...rest] = Object.keys(values);
    const names = [first, ...order(rest)];
    return `# ${names.join(separator)}\n${names.map((name) => values[name] ?? "").join(separator)}\n\n`;
  };
  return `${table({ ...counters, ...stat }, ",")}1\n${table({ ...states, ...state }, " ")}Name: HAProxy\nVersion: 2.6.12\nPid: 7\nUptime_sec: 5\n\n`;
}

const COUNTS = { econ: "0", eresp: "0", hrsp_5xx: "0", check_status: "L7OK", check_code: "200", last_chk: "" };

function row(stat: Values, state: Values = {}): RoutedServer | undefined {
  return parseLook(looked(stat, state), 1)?.servers.get("web/one");
}

describe("what HAProxy says of a server", () => {
  it("is found by the names of its columns, wherever they stand", () => {
    const usual = parseLook(looked({ scur: "3" }, { srv_admin_state: "8" }), 1);
    const turned = parseLook(
      looked({ scur: "3" }, { srv_admin_state: "8" }, (names) => names.toReversed()),
      1,
    );
    expect(turned).toEqual(usual);
    expect(usual).toMatchObject({ version: "2.6.12", pid: "7", uptimeS: 5 });
    expect(usual?.servers.get("web/one")).toMatchObject({ sessions: 3, setOut: true });
  });

  it.each([
    ["nothing set, checks well", {}, {}, { route: "in", setOut: false, word: "UP", healthy: true }],
    ["drained", { status: "DRAIN" }, { srv_admin_state: "8" }, { route: "out", setOut: true, word: "DRAIN" }],
    [
      "drained while its checks fail",
      { status: "UP 2/3", check_status: "L4CON", check_code: "" },
      { srv_admin_state: "8" },
      { route: "out", setOut: true, word: "DRAIN (UP 2/3)", healthy: false },
    ],
    [
      "in maintenance",
      { status: "MAINT", check_status: "" },
      { srv_admin_state: "1" },
      { setOut: true, healthy: null },
    ],
    ["without a weight", {}, { srv_uweight: "0" }, { route: "out", setOut: true, word: "UP" }],
    [
      "down by its checks",
      { status: "DOWN", check_status: "L7STS", check_code: "500" },
      { srv_op_state: "0" },
      { route: "out", setOut: false, healthy: false, remark: "L7STS 500" },
    ],
    ["no address by DNS", { status: "MAINT (resolution)" }, { srv_admin_state: "32" }, { route: "out", setOut: false }],
    ["not checked", { status: "no check", check_status: "" }, {}, { route: "in", healthy: null }],
    ["before its first check", { check_status: "* INI" }, {}, { healthy: null }],
    ["a check under way", { check_status: "* L7OK" }, {}, { healthy: true }],
  ])("%s", (_name, stat, state, expected) => {
    expect(row(stat, state)).toMatchObject(expected);
  });

  it("what is not told is not measurable, and never 0", () => {
    expect(row({ scur: "", econ: "" })).toMatchObject({ sessions: null, totals: null });
  });

  it("an answer that is no table is none", () => {
    expect(parseLook("Permission denied\n\n", 1)).toBeNull();
  });
});
