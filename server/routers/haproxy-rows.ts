/** HAProxy's words end here, ours begin. Columns are found by their names: their order has changed between versions. */
import type { RoutedServer, RouterReading } from "./router.ts";

/** One look: counters, what was set, and which process answered. */
export const LOOK = ["show stat -1 4 -1", "show servers state", "show info"] as const;

export type HaproxyLook = {
  readonly servers: RouterReading;
  readonly version: string | null;
  /** New with every start and reload. */
  readonly pid: string | null;
  readonly uptimeS: number | null;
};

type Row = Readonly<Record<string, string>>;

export function parseLook(text: string, nowMs: number): HaproxyLook | null {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const stats = tableAfter(lines, "# pxname,", ",");
  const states = tableAfter(lines, "# be_id ", " ");
  if (stats === null || states === null) return null;
  const stateOf = new Map(states.map((row) => [`${row["be_name"] ?? ""}/${row["srv_name"] ?? ""}`, row]));
  const servers = stats.flatMap((row): readonly (readonly [string, RoutedServer])[] => {
    const name = `${row["pxname"] ?? ""}/${row["svname"] ?? ""}`;
    const state = stateOf.get(name);
    return state === undefined ? [] : [[name, serverOf(row, state, nowMs)]];
  });
  const info = (key: string): string | null =>
    lines.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2) ?? null;
  return {
    servers: new Map(servers),
    version: info("Version"),
    pid: info("Pid"),
    uptimeS: numberOf(info("Uptime_sec") ?? undefined),
  };
}

/** Rows under the header that begins so, up to the first empty line. */
function tableAfter(lines: readonly string[], header: string, separator: string): readonly Row[] | null {
  const at = lines.findIndex((line) => line.startsWith(header));
  const names = lines[at]?.slice(2).split(separator);
  if (names === undefined) return null;
  const rest = lines.slice(at + 1);
  const end = rest.indexOf("");
  return (end < 0 ? rest : rest.slice(0, end)).map((line) => {
    const values = line.split(separator);
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
  });
}

/** `srv_admin_state`, bit by bit (management.txt 9.3, 2.6). */
const FORCED_MAINT = 0x01;
const INHERITED_MAINT = 0x02;
const CONFIGURED_MAINT = 0x04;
const FORCED_DRAIN = 0x08;
const INHERITED_DRAIN = 0x10;
const SET_BY_SOMEBODY = FORCED_MAINT | INHERITED_MAINT | CONFIGURED_MAINT | FORCED_DRAIN | INHERITED_DRAIN;

/** `srv_op_state`. */
const STOPPED = 0;
const STOPPING = 3;

const WELL = new Set(["L4OK", "L6OK", "L7OK"]);

function serverOf(stat: Row, state: Row, nowMs: number): RoutedServer {
  const admin = numberOf(state["srv_admin_state"]) ?? 0;
  const operational = numberOf(state["srv_op_state"]);
  const weight = numberOf(state["srv_uweight"]);
  const setOut = (admin & SET_BY_SOMEBODY) !== 0 || weight === 0;
  const isOut = admin !== 0 || weight === 0 || operational === STOPPED || operational === STOPPING;
  // "* " before it means that a check is running; what follows is what the last one said.
  const check = (stat["check_status"] ?? "").replace(/^\* /, "");
  const said = [check, stat["check_code"], stat["last_chk"]].filter((part) => part !== undefined && part !== "");
  return {
    route: isOut ? "out" : "in",
    setOut,
    word: wordOf(stat["status"] ?? "", admin),
    healthy: check === "" || check === "INI" ? null : operational !== STOPPED && WELL.has(check),
    sessions: numberOf(stat["scur"]),
    queued: numberOf(stat["qcur"]),
    totals: totalsOf(stat),
    remark: said.join(" "),
    asOfMs: nowMs,
  };
}

/** While its checks fail, a server that drains is shown as "UP 2/3" or "DOWN": only its state tells then (2.6.12). */
function wordOf(status: string, admin: number): string {
  const isDrained = (admin & (FORCED_DRAIN | INHERITED_DRAIN)) !== 0;
  const says = /^(DRAIN|MAINT)/.test(status);
  return isDrained && !says ? `DRAIN (${status})` : status;
}

/**
 * In HTTP mode a session is a request; in TCP mode a connection is all there is. What failed is what the server answered
 * with 5xx, could not be connected to after every try, or broke off: the three never count the same (2.6.12).
 */
function totalsOf(stat: Row): RoutedServer["totals"] {
  const requests = numberOf(stat["stot"]);
  const [refused, broken] = [numberOf(stat["econ"]), numberOf(stat["eresp"])];
  if (requests === null || refused === null || broken === null) return null;
  return { requests, failures: (numberOf(stat["hrsp_5xx"]) ?? 0) + refused + broken, p99Ms: null };
}

function numberOf(text: string | undefined): number | null {
  if (text === undefined || text === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
