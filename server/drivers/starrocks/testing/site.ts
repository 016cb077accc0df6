/**
 * A cluster that is told rather than run: what its FEs, nodes and hosts answer, in the shapes that were recorded. Tests
 * change one thing in it and look at what the driver makes of that.
 */
import type { StarRocksRole } from "../config.ts";
import type { SiteRouter } from "./site-router.ts";

export type SiteHost = {
  /** Null: commands run; else what comes instead. */
  broken: string | null;
  user: string;
  processUser: string;
  homeOwner: string;
  writable: boolean;
  parent: string;
  pid: number;
  /** How the process is found: by its pid file, else only by its home; or there is none. */
  found: "file" | "home" | "none";
  pidFile: string | null;
  unit: string | null;
  freeKb: number;
  releaseKb: number;
  aheadS: number;
  /** Lines `NAME PATH`. */
  kept: string[];
  releaseConf: boolean;
  java: string | null;
  leftover: string | null;
  onDisk: string | null;
  /** By version: its sum, and what its version script says. */
  releases: Record<string, { sum: string; says: string | null }>;
  keptVersions: string[];
};

export type SiteNode = {
  id: string;
  role: StarRocksRole;
  ip: string;
  systemId: string;
  leadership: "LEADER" | "FOLLOWER" | "OBSERVER";
  alive: boolean;
  joined: boolean;
  statusCode: string;
  errorMessage: string;
  version: string | null;
  journalId: number;
  decommissioning: boolean;
  warehouse: string | null;
  home: string;
  host: SiteHost;
  /** An FE's. */
  config: Record<string, string>;
  blacklist: Record<string, "MANUAL" | "AUTO">;
  clockAheadS: number;
  /** A BE's or CN's; null: its port does not answer. */
  varz: Record<string, string> | null;
};

export type SiteTable = { name: string; holders: string[][]; hidden: boolean; good: boolean };
export type SiteDatabase = {
  id: string;
  name: string;
  tables: SiteTable[];
  alter: { kind: "schema_change" | "rollup" | "optimize"; table: string; state: string } | null;
  backup: string | null;
  restore: string | null;
  loads: number;
};

export type Site = {
  nodes: SiteNode[];
  databases: SiteDatabase[];
  unhealthyTablets: number;
  globals: Record<string, string>;
  /** Rights that the account lacks; what SHOW GRANTS says. */
  lacks: string[];
  inactiveRoles: boolean;
  grants: string[];
  /** Every FE answers so; null: as it should. */
  sqlFails: { code: number; message: string } | null;
  /** What stands before the FEs, where the section names it. */
  router: SiteRouter;
  /** Changes to the section of the configuration. */
  section: Record<string, unknown>;
};

const LOOPS = "loop_count_wait_fragments_finish";

export function aSite(version: string, target: string): Site {
  const nodes = [
    ...["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((ip, index) => aSiteNode("fe", index + 1, ip, version, target)),
    ...["192.0.2.11", "192.0.2.12", "192.0.2.13"].map((ip, index) => aSiteNode("be", index + 1, ip, version, target)),
    ...["192.0.2.21", "192.0.2.22"].map((ip, index) => aSiteNode("cn", index + 1, ip, version, target)),
  ];
  return {
    nodes,
    databases: [
      {
        id: "10007",
        name: "shop",
        tables: [{ name: "orders", holders: [["be-1", "be-2", "be-3"]], hidden: false, good: true }],
        alter: null,
        backup: null,
        restore: null,
        loads: 0,
      },
    ],
    unhealthyTablets: 0,
    globals: { cbo_enable_low_cardinality_optimize: "true", enable_rewrite_simple_agg_to_meta_scan: "true" },
    lacks: [],
    inactiveRoles: false,
    grants: ["GRANT 'cluster_admin' TO 'sluice'@'%'", "GRANT BLACKLIST, OPERATE ON SYSTEM TO USER 'sluice'@'%'"],
    sqlFails: null,
    router: { detectionMs: 6000, findings: [], rows: {}, silent: false, letIn: { outcome: "done", evidence: "told" } },
    section: {},
  };
}

export function aSiteNode(role: StarRocksRole, number: number, ip: string, version: string, target: string): SiteNode {
  const id = `${role}-${number}`;
  const home = `/opt/starrocks/${role}`;
  const isOld = /^3\.(3\.|4\.[01](\D|$))/.test(version);
  return {
    id,
    role,
    ip,
    systemId: role === "fe" ? `${ip}_9010_1795245337110` : String((role === "be" ? 10_000 : 11_000) + number),
    leadership: number === 1 ? "LEADER" : "FOLLOWER",
    alive: true,
    joined: true,
    statusCode: "OK",
    errorMessage: "",
    version: `${version}-70d1c24`,
    journalId: 101,
    decommissioning: false,
    warehouse: null,
    home,
    host: {
      broken: null,
      user: "starrocks",
      processUser: "starrocks",
      homeOwner: "starrocks",
      writable: true,
      parent: "systemd",
      pid: 4000 + number,
      found: "file",
      pidFile: String(4000 + number),
      unit: null,
      freeKb: 50_000_000,
      releaseKb: 3_000_000,
      aheadS: 0,
      kept:
        role === "fe"
          ? [`conf ${home}/conf`, `meta ${home}/meta`, `log ${home}/log`]
          : [`conf ${home}/conf`, "storage /data1/storage"],
      releaseConf: true,
      java: 'openjdk version "17.0.13" 2024-10-15',
      leftover: null,
      onDisk: `${version}-70d1c24`,
      releases: {
        [version]: { sum: sumOf(version, role), says: `${version}-70d1c24` },
        [target]: { sum: sumOf(target, role), says: `${target}-70d1c24` },
      },
      keptVersions: [],
    },
    config: {
      run_mode: "shared_nothing",
      ...(isOld ? {} : { max_graceful_exit_time_second: "60", min_graceful_exit_time_second: "15" }),
      tablet_sched_max_scheduling_tablets: "10000",
      tablet_sched_max_balancing_tablets: "500",
      tablet_sched_disable_balance: "false",
      tablet_sched_disable_colocate_balance: "false",
    },
    blacklist: {},
    clockAheadS: 0,
    varz: isOld ? { [LOOPS]: "0" } : { [LOOPS]: "2", graceful_exit_wait_for_frontend_heartbeat: "false" },
  };
}

export function sumOf(version: string, role: StarRocksRole): string {
  return Buffer.from(`${version} ${role}`).toString("hex").padEnd(64, "0").slice(0, 64);
}

export function nodeOf(site: Site, id: string): SiteNode {
  const found = site.nodes.find((node) => node.id === id);
  if (found === undefined) throw new Error(`no ${id} in this site`);
  return found;
}

export function databaseOf(site: Site): SiteDatabase {
  const [first] = site.databases;
  if (first === undefined) throw new Error("no database in this site");
  return first;
}
