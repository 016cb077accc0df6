/** What can be wrong with one node, its tables and its releases. */
import { type Misconfiguration, be1, down } from "./misconfiguration.ts";
import { aRequest } from "./site-driver.ts";
import { databaseOf, nodeOf } from "./site.ts";

export const NODES: readonly Misconfiguration[] = [
  {
    name: "an only backend",
    id: "last-serving",
    severity: "blocks",
    node: "be-1",
    says: "none of be serve beside it",
    remedy: 'ALTER SYSTEM ADD BACKEND "host:9050"',
    plant: (site) => {
      site.nodes = site.nodes.filter(({ id }) => id !== "be-2" && id !== "be-3");
    },
    also: ["lone-replicas"],
  },
  {
    name: "an only compute node of its warehouse",
    id: "last-serving",
    severity: "blocks",
    node: "cn-2",
    says: "none of cn@reports",
    remedy: 'ALTER SYSTEM ADD COMPUTE NODE "host:9050" INTO WAREHOUSE reports;',
    plant: (site) => {
      nodeOf(site, "cn-2").warehouse = "reports";
    },
    also: ["last-serving"],
  },
  {
    name: "no exit settings to be read",
    id: "exit-times",
    severity: "needsReason",
    node: "be-1",
    verdict: "unknown",
    says: "cannot be read",
    remedy: 'nodes: { "192.0.2.11:9050": { httpPort:',
    plant: (site) => {
      be1(site).varz = null;
    },
  },
  {
    name: "a compute node that neither drains nor waits",
    id: "exit-times",
    severity: "needsReason",
    node: "cn-1",
    says: "leaves without waiting for its work, and nothing empties it before",
    remedy: "echo 'loop_count_wait_fragments_finish = 56' >> /opt/starrocks/cn/conf/cn.conf",
    versions: ["3.3.19", "3.4.8"],
    request: { nodeIds: ["cn-1"] },
    plant: () => {},
  },
  {
    name: "[S0-17] a wait in be.conf that is longer than the limit",
    id: "exit-times",
    severity: "needsReason",
    node: "be-1",
    says: "its conf makes it wait 900 s",
    remedy: "exitLimitS: 931",
    versions: ["3.3.19", "3.4.8"],
    request: { nodeIds: ["be-1"] },
    plant: (site) => {
      be1(site).varz = { loop_count_wait_fragments_finish: "90" };
    },
  },
  {
    name: "[S0-15] an old backend told to drain inside its exit",
    id: "exit-times",
    severity: "needsReason",
    node: "be-1",
    says: "nothing empties it before: what runs then is cut",
    remedy: "or let the plan drain before the exit",
    versions: ["3.3.19", "3.4.8"],
    request: { nodeIds: ["be-1"], policy: { ...aRequest(null).policy, drain: "inside" } },
    plant: () => {},
  },
  {
    name: "loads while a version exits that may leave one out",
    id: "publish-safe",
    severity: "needsReason",
    node: "be-1",
    says: "#62417",
    remedy: "PAUSE ROUTINE LOAD FOR shop.",
    versions: ["3.3.14", "3.4.8"],
    request: { nodeIds: ["be-1"] },
    plant: (site) => {
      databaseOf(site).loads = 2;
    },
    at: "be-1",
  },
  {
    name: "a release that is missing on one host",
    id: "artifact-present",
    severity: "blocks",
    node: "be-2",
    says: "/srv/starrocks on host-be-2 holds no be of 4.0.8",
    remedy: "On host-be-2: tar -xzf StarRocks-4.0.8.tar.gz -C /srv/starrocks",
    plant: (site) => {
      delete nodeOf(site, "be-2").host.releases["4.0.8"];
    },
  },
  {
    name: "a folder that holds another version",
    id: "artifact-present",
    severity: "blocks",
    node: "cn-1",
    says: "says that it is 4.0.6-70d1c24",
    remedy: "tar -xzf StarRocks-4.0.8.tar.gz",
    plant: (site) => {
      nodeOf(site, "cn-1").host.releases["4.0.8"] = { sum: "ef".repeat(32), says: "4.0.6-70d1c24" };
    },
  },
  {
    name: "a release that was unpacked by half",
    id: "artifact-present",
    severity: "blocks",
    node: "be-1",
    says: "told no version",
    remedy: "tar -xzf StarRocks-4.0.8.tar.gz",
    plant: (site) => {
      be1(site).host.releases["4.0.8"] = { sum: "cd".repeat(32), says: null };
    },
  },
  {
    name: "no way of installing",
    id: "artifact-present",
    severity: "blocks",
    node: "be-1",
    says: "nothing says how versions are installed",
    remedy: "install: { strategy: swap, artifacts:",
    plant: (site) => {
      site.section = { install: undefined };
    },
    request: { nodeIds: ["be-1"] },
  },
  {
    name: "a table with one replica",
    id: "lone-replicas",
    severity: "needsReason",
    node: "be-2",
    says: "cannot be read while be-2 is out: shop.lonely (1 tablet)",
    remedy: '("replication_num" = "3")',
    plant: (site) => {
      databaseOf(site).tables.push({ name: "lonely", holders: [["be-2"]], hidden: false, good: true });
    },
  },
  {
    name: "a replica that is the last good one",
    id: "lone-replicas",
    severity: "needsReason",
    node: "be-3",
    says: "shop.half (1 tablet)",
    remedy: '("replication_num" = "3")',
    plant: (site) => {
      databaseOf(site).tables.push({ name: "half", holders: [["be-3", "be-1"]], hidden: false, good: false });
    },
  },
  {
    name: "tables that the account does not see",
    id: "lone-replicas",
    severity: "needsReason",
    node: "be-1",
    verdict: "unknown",
    says: "sees only 1 of 2 tables of shop",
    remedy: "GRANT SELECT ON ALL TABLES IN ALL DATABASES TO USER 'sluice'@'%';",
    plant: (site) => {
      databaseOf(site).tables.push({ name: "secret", holders: [["be-2"]], hidden: true, good: true });
    },
    also: ["lone-replicas"],
  },
  {
    name: "a table with two replicas",
    id: "double-replicas",
    severity: "needsReason",
    node: "be-1",
    says: "shop.pair (1 tablet)",
    remedy: "or pause its loads",
    plant: (site) => {
      databaseOf(site).tables.push({ name: "pair", holders: [["be-1", "be-2"]], hidden: false, good: true });
    },
    also: ["double-replicas"],
  },
  {
    name: "more bad tablets than at the start",
    id: "tablets-as-before",
    severity: "blocks",
    node: "be-1",
    says: "2 unhealthy",
    remedy: "SHOW PROC '/statistic'",
    plant: (site) => {
      site.unhealthyTablets = 2;
    },
    at: "be-1",
    request: { nodeIds: ["be-1"] },
  },
  {
    name: "a node that was down when it was planned, and is up again",
    id: "as-planned",
    severity: "blocks",
    node: "be-1",
    says: "it would leave undrained",
    remedy: "plan the node anew",
    before: (site) => down(site, "be-1"),
    plant: (site) => {
      Object.assign(nodeOf(site, "be-1"), { alive: true, statusCode: "OK", errorMessage: "" });
      nodeOf(site, "be-1").host.found = "file";
    },
    at: "be-1",
    request: { nodeIds: ["be-1"] },
  },
  {
    name: "a node that is dropped meanwhile",
    id: "node-listed",
    severity: "blocks",
    node: "cn-2",
    says: "do not list it",
    remedy: "Skip this step.",
    plant: (site) => {
      site.nodes = site.nodes.filter(({ id }) => id !== "cn-2");
    },
    at: "cn-2",
    request: { nodeIds: ["cn-2"] },
  },
];
