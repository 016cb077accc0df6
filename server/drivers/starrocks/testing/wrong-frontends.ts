/** What can be wrong with FEs. */
import { type Misconfiguration } from "./misconfiguration.ts";
import { databaseOf, nodeOf } from "./site.ts";

const MOST = "max_graceful_exit_time_second";

export const FRONTENDS: readonly Misconfiguration[] = [
  {
    name: "two FEs",
    id: "quorum",
    severity: "blocks",
    says: "1 of 2 left, 2 needed, writes stop, an FE would not honour -g",
    remedy: 'ALTER SYSTEM ADD FOLLOWER "host:9010"',
    plant: (site) => {
      site.nodes = site.nodes.filter(({ id }) => id !== "fe-3");
    },
  },
  {
    name: "an only FE",
    id: "quorum",
    severity: "blocks",
    says: "0 of 1 left",
    remedy: "ALTER SYSTEM ADD FOLLOWER",
    plant: (site) => {
      site.nodes = site.nodes.filter(({ id }) => id !== "fe-3" && id !== "fe-2");
    },
    also: ["last-serving"],
  },
  {
    name: "an FE that is not in the group",
    id: "quorum",
    severity: "blocks",
    node: "fe-2",
    says: "if fe-2 exits now: 1 of 3 left, 2 needed",
    remedy: "Start fe-3 first.",
    plant: (site) => {
      nodeOf(site, "fe-3").joined = false;
    },
    at: "fe-2",
  },
  {
    name: "an FE far behind",
    id: "journal-lag",
    severity: "needsReason",
    says: "fe-3 101",
    remedy: "Wait until fe-3 caught up",
    plant: (site) => {
      for (const id of ["fe-1", "fe-2"]) nodeOf(site, id).journalId = 90_000;
    },
  },
  {
    name: "no leader",
    id: "journal-lag",
    severity: "needsReason",
    verdict: "unknown",
    says: "names no leader",
    remedy: "Wait for the election",
    plant: (site) => {
      nodeOf(site, "fe-1").leadership = "FOLLOWER";
    },
  },
  {
    name: "loads while a leader hands over",
    id: "leader-exit",
    severity: "blocks",
    node: "fe-1",
    says: "#69639, fixed in 3.5.15); 4 load transactions run: 4 in shop",
    remedy: "PAUSE ROUTINE LOAD FOR shop.",
    plant: (site) => {
      databaseOf(site).loads = 4;
    },
    versions: ["3.5.7", "4.0.7"],
    request: { leaderExit: "graceful", nodeIds: ["fe-1"] },
    at: "fe-1",
  },
  {
    name: "the same, told before the run",
    id: "leader-exit",
    severity: "note",
    node: "fe-1",
    says: "4 load transactions run",
    remedy: "leaderExit: plain",
    plant: (site) => {
      databaseOf(site).loads = 4;
    },
    versions: ["3.5.7", "4.0.7"],
    request: { leaderExit: "graceful", nodeIds: ["fe-1"] },
  },
  {
    name: "Java 11 for 3.5",
    id: "java",
    severity: "blocks",
    node: "fe-2",
    says: "is Java 11; an FE of 3.5.7 needs 17",
    remedy: "Install JDK 17 on host-fe-2",
    plant: (site) => {
      nodeOf(site, "fe-2").host.java = 'openjdk version "11.0.21" 2023-10-17';
    },
    versions: ["3.4.10", "3.5.7"],
  },
  {
    name: "Java 8, as it calls itself",
    id: "java",
    severity: "blocks",
    node: "fe-3",
    says: "is Java 8",
    remedy: "JAVA_HOME = /usr/lib/jvm/java-17-openjdk into /opt/starrocks/fe/conf/fe.conf",
    plant: (site) => {
      nodeOf(site, "fe-3").host.java = 'java version "1.8.0_392"';
    },
  },
  {
    name: "an FE's limit that ends before it may",
    id: "exit-times",
    severity: "needsReason",
    node: "fe-2",
    says: "15 s at least and 10 s at most",
    remedy: `fe-2> ADMIN SET FRONTEND CONFIG ("${MOST}" = "60");`,
    plant: (site) => {
      nodeOf(site, "fe-2").config[MOST] = "10";
    },
  },
  {
    name: "a stop script that kills an FE while it waits",
    id: "exit-times",
    severity: "needsReason",
    node: "fe-2",
    says: "300 s at most, the stop script waits 90 s",
    remedy: 'nodes: { "192.0.2.2:9010": { exitLimitS: 315 } }',
    plant: (site) => {
      nodeOf(site, "fe-2").config[MOST] = "300";
    },
  },
];
