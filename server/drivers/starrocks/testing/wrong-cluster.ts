/** What can be wrong with a cluster as a whole, and with its account. */
import { type Misconfiguration, be1, down } from "./misconfiguration.ts";
import { databaseOf, nodeOf } from "./site.ts";

export const CLUSTER: readonly Misconfiguration[] = [
  {
    name: "a password that was changed",
    id: "cluster-readable",
    severity: "blocks",
    verdict: "unknown",
    says: "login as sluice failed",
    remedy: "Correct this first",
    plant: (site) => {
      site.sqlFails = { code: 1045, message: "Access denied for user 'sluice'" };
    },
    at: "planned before",
  },
  {
    name: "no OPERATE",
    id: "account-rights",
    severity: "blocks",
    says: "'%': OPERATE",
    remedy: "GRANT OPERATE ON SYSTEM TO USER 'sluice'@'%';",
    plant: (site) => {
      site.lacks = ["OPERATE"];
    },
    also: [
      "tablets-healthy",
      "no-schema-change",
      "no-backup",
      "repair-on",
      "balance-switches",
      "lone-replicas",
      "exit-times",
    ],
  },
  {
    name: "no BLACKLIST",
    id: "account-rights",
    severity: "blocks",
    says: "'%': BLACKLIST",
    remedy: "GRANT BLACKLIST ON SYSTEM TO USER 'sluice'@'%';",
    plant: (site) => {
      site.lacks = ["BLACKLIST"];
    },
    at: "planned before",
  },
  {
    name: "no NODE",
    id: "account-rights",
    severity: "blocks",
    says: "'%': cluster_admin",
    remedy: "GRANT cluster_admin TO USER 'sluice'@'%';",
    plant: (site) => {
      site.grants = ["GRANT BLACKLIST, OPERATE ON SYSTEM TO USER 'sluice'@'%'"];
    },
  },
  {
    name: "roles that are granted and not active",
    id: "account-rights",
    severity: "blocks",
    says: "'%': BLACKLIST",
    remedy: "SET DEFAULT ROLE ALL TO 'sluice'@'%';",
    plant: (site) => {
      site.lacks = ["BLACKLIST"];
      site.inactiveRoles = true;
    },
    at: "planned before",
  },
  {
    name: "a backend that is down and no step",
    id: "others-in-service",
    severity: "blocks",
    says: "be-3 is DISCONNECTED",
    remedy: "be-3$ /opt/starrocks/be/bin/start_be.sh --daemon",
    plant: (site) => {
      down(site, "be-3");
    },
    request: { nodeIds: ["be-1"] },
  },
  {
    name: "a compute node that never came up",
    id: "others-in-service",
    severity: "blocks",
    says: "cn-2 is CONNECTING",
    remedy: 'ALTER SYSTEM DROP COMPUTE NODE "192.0.2.22:9050";',
    plant: (site) => {
      Object.assign(nodeOf(site, "cn-2"), { alive: false, statusCode: "CONNECTING" });
    },
    request: { nodeIds: ["be-1"] },
  },
  {
    name: "an FE that is down",
    id: "others-in-service",
    severity: "blocks",
    says: "fe-3 is not Alive",
    remedy: 'ALTER SYSTEM DROP FOLLOWER "192.0.2.3:9010";',
    plant: (site) => {
      down(site, "fe-3");
    },
    request: { nodeIds: ["be-1"] },
  },
  {
    name: "a blacklist entry that an earlier run left on one FE",
    id: "others-in-service",
    severity: "blocks",
    says: "be-2 is on the blacklist of fe-3 by hand",
    remedy: "fe-3> DELETE BACKEND BLACKLIST 10002;",
    plant: (site) => {
      nodeOf(site, "fe-3").blacklist["be-2"] = "MANUAL";
    },
  },
  {
    name: "a compute node's entry on two FEs",
    id: "others-in-service",
    severity: "blocks",
    says: "cn-1 is on the blacklist of fe-1, fe-2",
    remedy: "fe-2> DELETE COMPUTE NODE BLACKLIST 11001;",
    plant: (site) => {
      for (const id of ["fe-1", "fe-2"]) nodeOf(site, id).blacklist["cn-1"] = "MANUAL";
    },
    also: ["last-serving"],
  },
  {
    name: "a backend that hangs in its exit",
    id: "others-in-service",
    severity: "blocks",
    says: "be-3 is SHUTDOWN",
    remedy: "start_be.sh --daemon",
    plant: (site) => {
      Object.assign(nodeOf(site, "be-3"), {
        alive: false,
        statusCode: "SHUTDOWN",
        errorMessage: "BE is shutting down",
      });
    },
    request: { nodeIds: ["be-1"] },
  },
  {
    name: "three versions",
    id: "versions",
    severity: "needsReason",
    says: "4.0.5-70d1c24",
    remedy: "Finish the upgrade that was begun before",
    plant: (site) => {
      for (const [id, version] of [
        ["be-2", "4.0.5"],
        ["be-3", "4.0.6"],
      ] as const) {
        nodeOf(site, id).version = `${version}-70d1c24`;
        nodeOf(site, id).host.onDisk = `${version}-70d1c24`;
      }
    },
  },
  {
    name: "a node that tells no version",
    id: "versions",
    severity: "needsReason",
    says: "unknown",
    remedy: "be-3$ /opt/starrocks/be/bin/start_be.sh --daemon",
    plant: (site) => {
      nodeOf(site, "be-3").version = null;
    },
  },
  {
    name: "minor versions left out",
    id: "version-path",
    severity: "needsReason",
    says: "leaves out minor versions",
    remedy: "Go by way of 3.4.",
    versions: ["3.3.19", "3.5.7"],
    plant: (site) => {
      for (const node of site.nodes) if (node.role === "cn") node.varz = { loop_count_wait_fragments_finish: "6" };
    },
  },
  {
    name: "a faulty build",
    id: "version-path",
    severity: "needsReason",
    says: "#71825",
    remedy: "Choose a later patch.",
    versions: ["4.0.7", "4.1.0"],
    plant: () => {},
  },
  {
    name: "a build of a branch",
    id: "version-path",
    severity: "needsReason",
    says: "no version that can be ordered",
    remedy: "choose a release",
    plant: (site) => {
      const node = be1(site);
      node.version = "main-70d1c24";
      node.host.onDisk = "main-70d1c24";
    },
    request: { nodeIds: ["be-1"] },
    also: ["files-and-process"],
  },
  {
    name: "a decommission",
    id: "no-decommission",
    severity: "blocks",
    says: "be-2",
    remedy: 'CANCEL DECOMMISSION BACKEND "192.0.2.12:9050";',
    plant: (site) => {
      nodeOf(site, "be-2").decommissioning = true;
    },
  },
  {
    name: "a schema change",
    id: "no-schema-change",
    severity: "needsReason",
    says: "column of shop.orders: RUNNING, 40 %",
    remedy: "CANCEL ALTER TABLE COLUMN FROM shop.orders;",
    plant: (site) => {
      databaseOf(site).alter = { kind: "schema_change", table: "orders", state: "RUNNING" };
    },
  },
  {
    name: "a rollup that waits",
    id: "no-schema-change",
    severity: "needsReason",
    says: "rollup of shop.orders: WAITING_TXN",
    remedy: "CANCEL ALTER TABLE ROLLUP FROM shop.orders;",
    plant: (site) => {
      databaseOf(site).alter = { kind: "rollup", table: "orders", state: "WAITING_TXN" };
    },
  },
  {
    name: "an optimization, seen again before the node",
    id: "no-schema-change",
    severity: "needsReason",
    says: "optimize of shop.orders",
    remedy: "CANCEL ALTER TABLE OPTIMIZE FROM shop.orders;",
    plant: (site) => {
      databaseOf(site).alter = { kind: "optimize", table: "orders", state: "RUNNING" };
    },
    at: "be-1",
  },
  {
    name: "a backup",
    id: "no-backup",
    severity: "needsReason",
    says: "backup of shop s1: UPLOADING",
    remedy: "CANCEL BACKUP FROM shop;",
    plant: (site) => {
      databaseOf(site).backup = "UPLOADING";
    },
  },
  {
    name: "no REPOSITORY, so that no backup is seen",
    id: "no-backup",
    severity: "needsReason",
    verdict: "unknown",
    says: "REPOSITORY privilege",
    remedy: "GRANT REPOSITORY ON SYSTEM TO USER 'sluice'@'%';",
    plant: (site) => {
      site.lacks = ["REPOSITORY"];
    },
  },
  {
    name: "a restore",
    id: "no-backup",
    severity: "needsReason",
    says: "restore of shop s1: DOWNLOADING",
    remedy: "CANCEL RESTORE FROM shop;",
    plant: (site) => {
      databaseOf(site).restore = "DOWNLOADING";
    },
  },
  {
    name: "repair switched off, as the documents say",
    id: "repair-on",
    severity: "needsReason",
    says: "on fe-1, fe-2, fe-3",
    remedy: 'fe-1> ADMIN SET FRONTEND CONFIG ("tablet_sched_max_scheduling_tablets" = "10000");',
    plant: (site) => {
      for (const node of site.nodes) if (node.role === "fe") node.config["tablet_sched_max_scheduling_tablets"] = "0";
    },
  },
  {
    name: "repair switched off on the FE that leads next",
    id: "repair-on",
    severity: "needsReason",
    says: "on fe-2",
    remedy: "fe-2> ADMIN SET FRONTEND CONFIG",
    plant: (site) => {
      nodeOf(site, "fe-2").config["tablet_sched_max_scheduling_tablets"] = "0";
    },
    at: "be-1",
  },
  {
    name: "balancing left switched off by hand",
    id: "balance-switches",
    severity: "note",
    says: "tablet_sched_disable_balance = true on fe-1",
    remedy: 'fe-1> ADMIN SET FRONTEND CONFIG ("tablet_sched_disable_balance" = "false");',
    plant: (site) => {
      nodeOf(site, "fe-1").config["tablet_sched_disable_balance"] = "true";
    },
  },
  {
    name: "no tablets may be balanced",
    id: "balance-switches",
    severity: "note",
    says: "tablet_sched_max_balancing_tablets = 0",
    remedy: '("tablet_sched_max_balancing_tablets" = "500");',
    plant: (site) => {
      nodeOf(site, "fe-3").config["tablet_sched_max_balancing_tablets"] = "0";
    },
  },
  {
    name: "unhealthy tablets",
    id: "tablets-healthy",
    severity: "needsReason",
    says: "3 unhealthy",
    remedy: "SHOW PROC '/statistic'",
    plant: (site) => {
      site.unhealthyTablets = 3;
    },
  },
  {
    name: "an FE whose clock is a minute off",
    id: "fe-clocks",
    severity: "blocks",
    says: "fe-3 is 60 s behind the others",
    remedy: "chronyc makestep on 192.0.2.3",
    plant: (site) => {
      nodeOf(site, "fe-3").clockAheadS = -60;
    },
  },
  {
    name: "the leader's clock eight seconds ahead",
    id: "fe-clocks",
    severity: "blocks",
    says: "fe-1 is 8 s ahead",
    remedy: "chronyc makestep on 192.0.2.1",
    plant: (site) => {
      nodeOf(site, "fe-1").clockAheadS = 8;
    },
    at: "fe-2",
  },
  {
    name: "two nodes with one home",
    id: "homes-distinct",
    severity: "blocks",
    says: "be-1-again, be-1",
    remedy: "Correct home: under nodes:",
    plant: (site) => {
      site.section = {
        nodes: Object.fromEntries([
          ["192.0.2.99:9050", { name: "be-1-again", host: "host-be-1", home: "/opt/starrocks/be" }],
          ...site.nodes.map(
            ({ id, role, ip, home }) =>
              [`${ip}:${role === "fe" ? 9010 : 9050}`, { name: id, host: `host-${id}`, home }] as const,
          ),
        ]),
      };
    },
  },
  {
    name: "a release that was copied wrong to one host",
    id: "artifacts-agree",
    severity: "blocks",
    says: "the be of be-2",
    remedy: "rsync -a --delete 192.0.2.11:/srv/starrocks/4.0.8/be/ 192.0.2.12:/srv/starrocks/4.0.8/be/",
    plant: (site) => {
      nodeOf(site, "be-2").host.releases["4.0.8"] = { sum: "ab".repeat(32), says: "4.0.8-70d1c24" };
    },
  },
];
