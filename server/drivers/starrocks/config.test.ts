import { describe, expect, it } from "vitest";
import { starRocksConfig } from "./config.ts";

const good = {
  id: "shop",
  name: "Shop",
  system: "starrocks",
  frontends: ["10.0.0.1:9030"],
  account: { user: "sluice", password: "env:SLUICE_PASSWORD" },
};

function messages(change: Readonly<Record<string, unknown>>): string {
  const parsed = starRocksConfig.safeParse({ ...good, ...change });
  if (parsed.success) return "";
  return parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("\n");
}

it("one FE's address and an account are enough to begin with", () => {
  const parsed = starRocksConfig.parse(good);
  expect(parsed.exitLimitS).toEqual({ fe: 90, be: 600, cn: 600 });
  expect(parsed.nodes).toEqual({});
  expect(parsed.install).toBeUndefined();
});

const LB = { name: "lb", kind: "haproxy", socket: "/run/haproxy/admin.sock", servers: {} };

describe("each mistake is told with what to write instead", () => {
  it.each([
    [
      "a literal password",
      { account: { user: "root", password: "hunter2" } },
      /does not belong into the file.*env:NAME/,
    ],
    ["an FE without port", { frontends: ["10.0.0.1"] }, /Write host:port/],
    ["no FE", { frontends: [] }, /Give one/],
    ["an id with blanks", { id: "My Shop" }, /small letters/],
    ["an exit time that no backend can keep", { exitLimitS: { be: 30 } }, /41 or more/],
    ["an exit time that no FE can keep", { exitLimitS: { fe: 60 } }, /75 or more/],
    [
      "a relative home",
      { hosts: [{ name: "h", kind: "local" }], nodes: { "10.0.0.1:9050": { host: "h", home: "be" } } },
      /from the root/,
    ],
    ["a host that is not there", { nodes: { "10.0.0.1:9050": { host: "h9", home: "/be" } } }, /no host "h9"/],
    [
      "a destination that is an option",
      { hosts: [{ name: "h", kind: "ssh", destination: "-oProxyCommand=x" }] },
      /Not a dest/,
    ],
    ["a host without a destination", { hosts: [{ name: "h", kind: "ssh" }] }, /hosts.0.destination/],
    ["another kind of host", { hosts: [{ name: "h", kind: "telnet" }] }, /hosts.0.kind/],
    ["an unknown way of installing", { install: { strategy: "magic" } }, /install/],
    ["a command as one text", { install: { strategy: "command", argv: "deploy.sh", versions: ["4.0.8"] } }, /argv/],
    [
      "a router on a host that is not there",
      { routers: [{ ...LB, host: "h9" }] },
      /routers.0.host: There is no host "h9"/,
    ],
    [
      "a router before a node that is not there",
      { routers: [{ ...LB, servers: { "fe-9": "mysql/fe-9" } }] },
      /routers.0.servers.fe-9: There is no node "fe-9"/,
    ],
    ["two routers of one name", { routers: [LB, LB] }, /routers.1.name: There is a router "lb" already/],
    ["a socket that is neither path nor address", { routers: [{ ...LB, socket: "haproxy" }] }, /routers.0.socket/],
    ["a setting that does not exist", { passwd: "x" }, /passwd/],
  ])("%s", (_name, change, expected) => {
    expect(messages(change)).toMatch(expected);
  });

  it("two nodes of one name", () => {
    const nodes = {
      "10.0.0.1:9050": { name: "be-01", host: "h", home: "/a" },
      "10.0.0.2:9050": { name: "be-01", host: "h", home: "/b" },
    };
    expect(messages({ hosts: [{ name: "h", kind: "local" }], nodes })).toMatch(/has the name "be-01" already/);
  });
});
