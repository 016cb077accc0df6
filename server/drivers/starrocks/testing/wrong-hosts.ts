/** What can be wrong on the hosts. */
import { type Misconfiguration, be1 } from "./misconfiguration.ts";
import { nodeOf } from "./site.ts";

export const HOSTS: readonly Misconfiguration[] = [
  {
    name: "a node that no configuration places",
    id: "host-answers",
    severity: "blocks",
    node: "192.0.2.11:9050",
    says: "nothing says where 192.0.2.11:9050 lies",
    remedy: 'nodes: { "192.0.2.11:9050"',
    plant: (site) => {
      site.section = {
        nodes: Object.fromEntries(
          site.nodes
            .filter(({ id }) => id !== "be-1")
            .map(({ id, role, ip, home }) => [
              `${ip}:${role === "fe" ? 9010 : 9050}`,
              { name: id, host: `host-${id}`, home },
            ]),
        ),
      };
    },
  },
  {
    name: "a sudo that asks for a password",
    id: "host-answers",
    severity: "blocks",
    node: "be-1",
    verdict: "unknown",
    says: "a password is required",
    remedy: "NOPASSWD: ALL' | sudo tee /etc/sudoers.d/sluice",
    plant: (site) => {
      be1(site).host.broken = "sudo: a password is required";
    },
  },
  {
    name: "a sudo that wants a terminal",
    id: "host-answers",
    severity: "blocks",
    node: "be-1",
    verdict: "unknown",
    says: "a terminal is required",
    remedy: '["sudo", "-n", "-u", "starrocks"]',
    plant: (site) => {
      be1(site).host.broken = "sudo: a terminal is required to read the password";
    },
  },
  {
    name: "a user who may not",
    id: "host-answers",
    severity: "blocks",
    node: "be-1",
    verdict: "unknown",
    says: "not in the sudoers file",
    remedy: "sudo tee /etc/sudoers.d/sluice on host-be-1",
    plant: (site) => {
      be1(site).host.broken = "sluice is not in the sudoers file.";
    },
  },
  {
    name: "a container that is gone",
    id: "host-answers",
    severity: "blocks",
    node: "cn-1",
    verdict: "unknown",
    says: "No such container",
    remedy: "hosts: { name: host-cn-1, prefix:",
    plant: (site) => {
      nodeOf(site, "cn-1").host.broken = "Error response from daemon: No such container: cn-1";
    },
  },
  {
    name: "no pid file",
    id: "process-seen",
    severity: "blocks",
    node: "be-1",
    says: "/opt/starrocks/be/bin/be.pid is missing",
    remedy: "echo 4001 > /opt/starrocks/be/bin/be.pid",
    plant: (site) => {
      Object.assign(be1(site).host, { found: "home", pidFile: null });
    },
  },
  {
    name: "a pid file of another process",
    id: "process-seen",
    severity: "blocks",
    node: "fe-2",
    says: "fe.pid says 999 sshd",
    remedy: "echo 4002 > /opt/starrocks/fe/bin/fe.pid",
    plant: (site) => {
      Object.assign(nodeOf(site, "fe-2").host, { found: "home", pidFile: "999 sshd" });
    },
  },
  {
    name: "a home that is not the node's",
    id: "process-seen",
    severity: "blocks",
    node: "be-1",
    says: "the control plane says Alive, and there is no pid file",
    remedy: 'Correct nodes: { "192.0.2.11:9050"',
    plant: (site) => {
      be1(site).host.found = "none";
    },
  },
  {
    name: "commands as root for a node of another user",
    id: "same-user",
    severity: "blocks",
    node: "be-1",
    says: "be-1 runs as starrocks, and commands on host-be-1 run as root",
    remedy: 'prefix: ["sudo", "-n", "-u", "starrocks"]',
    plant: (site) => {
      be1(site).host.user = "root";
    },
  },
  {
    name: "a home that cannot be written",
    id: "same-user",
    severity: "blocks",
    node: "be-1",
    says: "starrocks cannot write to /opt/starrocks/be (root's)",
    remedy: "chown -R starrocks /opt/starrocks/be",
    plant: (site) => {
      Object.assign(be1(site).host, { writable: false, homeOwner: "root" });
    },
  },
  {
    name: "systemd that always starts it again",
    id: "supervisor",
    severity: "blocks",
    node: "be-1",
    says: "starrocks-be.service has Restart=always",
    remedy: "mkdir -p /run/systemd/system/starrocks-be.service.d && printf '[Service]\\nRestart=no\\n'",
    plant: (site) => {
      be1(site).host.unit = "starrocks-be.service always 15min";
    },
  },
  {
    name: "systemd that does after a good end",
    id: "supervisor",
    severity: "blocks",
    node: "fe-2",
    says: "Restart=on-success",
    remedy: "systemctl daemon-reload",
    plant: (site) => {
      nodeOf(site, "fe-2").host.unit = "starrocks-fe.service on-success infinity";
    },
  },
  {
    name: "systemd that does after a kill",
    id: "supervisor",
    severity: "needsReason",
    node: "be-1",
    says: "it would start it again after a kill",
    remedy: "Restart=no",
    plant: (site) => {
      be1(site).host.unit = "starrocks-be.service on-failure 15min";
    },
  },
  {
    name: "supervisord",
    id: "supervisor",
    severity: "blocks",
    node: "be-1",
    says: "supervisord started be-1",
    remedy: "supervisorctl stop",
    plant: (site) => {
      be1(site).host.parent = "supervisord";
    },
  },
  {
    name: "a container that ends with its process",
    id: "supervisor",
    severity: "blocks",
    node: "cn-1",
    says: "the first process of its container",
    remedy: "docker run --init",
    plant: (site) => {
      Object.assign(nodeOf(site, "cn-1").host, { pid: 1, pidFile: "1" });
    },
  },
  {
    name: "systemd that kills before the exit's limit",
    id: "exit-times",
    severity: "needsReason",
    node: "be-1",
    says: "may wait 600 s, and systemd's starrocks-be.service kills it after 90 s",
    remedy: "TimeoutStopSec=630",
    plant: (site) => {
      be1(site).host.unit = "starrocks-be.service no 1min30s";
    },
  },
  {
    name: "other files than what runs",
    id: "files-and-process",
    severity: "needsReason",
    node: "be-1",
    says: "4.0.7-70d1c24 runs, and 4.0.6-70d1c24 lies",
    remedy: "Put 4.0.7-70d1c24 back",
    plant: (site) => {
      be1(site).host.onDisk = "4.0.6-70d1c24";
    },
  },
  {
    name: "files that cannot be run",
    id: "files-and-process",
    severity: "needsReason",
    node: "be-1",
    verdict: "unknown",
    says: "told no version",
    remedy: "Look at /opt/starrocks/be/lib",
    plant: (site) => {
      be1(site).host.onDisk = null;
    },
  },
  {
    name: "storage inside lib",
    id: "data-outside",
    severity: "blocks",
    node: "be-1",
    says: "storage_root_path is /opt/starrocks/be/lib/storage, inside lib",
    remedy: "in conf/be.conf: storage_root_path = /opt/starrocks/be/storage",
    plant: (site) => {
      be1(site).host.kept.push("storage_root_path /opt/starrocks/be/lib/storage");
    },
  },
  {
    name: "a conf that links into bin",
    id: "data-outside",
    severity: "blocks",
    node: "fe-2",
    says: "conf is /opt/starrocks/fe/bin/conf, inside bin",
    remedy: "mv /opt/starrocks/fe/bin/conf /opt/starrocks/fe/conf && ln -s",
    plant: (site) => {
      nodeOf(site, "fe-2").host.kept = ["conf /opt/starrocks/fe/bin/conf"];
    },
  },
  {
    name: "metadata in the release that a link points at",
    id: "data-outside",
    severity: "blocks",
    node: "fe-2",
    says: "meta is /opt/starrocks/fe/current-release/meta, inside the release",
    remedy: "mv /opt/starrocks/fe/current-release/meta /opt/starrocks/fe/meta",
    plant: (site) => {
      site.section = { install: { strategy: "symlink", releases: "/srv/starrocks" } };
      nodeOf(site, "fe-2").host.kept = ["meta /opt/starrocks/fe/current-release/meta"];
    },
  },
  {
    name: "a release without its conf",
    id: "data-outside",
    severity: "blocks",
    node: "be-1",
    says: "no conf/be.conf: be-1 would not start",
    remedy: "ln -s /opt/starrocks/be/conf",
    plant: (site) => {
      site.section = { install: { strategy: "symlink", releases: "/srv/starrocks" } };
      be1(site).host.releaseConf = false;
    },
  },
  {
    name: "a full disk",
    id: "disk-space",
    severity: "blocks",
    node: "be-1",
    says: "and /opt/starrocks/be has 977 MB",
    remedy: "Free 2100 MB more on host-be-1",
    plant: (site) => {
      be1(site).host.freeKb = 1_000_000;
    },
  },
  {
    name: "an installation that broke off",
    id: "leftover",
    severity: "note",
    node: "be-1",
    says: "installing of 4.0.6-70d1c24 began",
    remedy: "ls /opt/starrocks/be/.sluice/kept",
    plant: (site) => {
      be1(site).host.leftover = "installing 4.0.6-70d1c24";
    },
  },
  {
    name: "a host whose clock is two minutes off",
    id: "host-clock",
    severity: "needsReason",
    node: "be-1",
    says: "host-be-1 is 120.0 s ahead",
    remedy: "chronyc makestep on host-be-1",
    plant: (site) => {
      be1(site).host.aheadS = 120;
    },
  },
];
