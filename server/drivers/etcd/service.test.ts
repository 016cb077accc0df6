import { describe, expect, it } from "vitest";
import { metricsOf, type Asked, type EtcdMember } from "./api.ts";
import { keepsUp, lookOf, memberOf, named, quorum, versionPath, type Everyone } from "./service.ts";

/** Ids of a real cluster (3.4.23): decimal in the API, hexadecimal in the metric. */
const IDS = ["5064114007733062527", "12073872630648513194", "13195394291058371180"] as const;
const HEX = ["464758dbf5024b7f", "a78f032ffd1da2aa", "b71f75320dc06a6c"] as const;
const members: readonly EtcdMember[] = IDS.map((ID, index) => ({ ID, name: `etcd-${index + 1}`, isLearner: false }));

const well: Asked = {
  health: { is: "told", status: 200, value: { health: "true" } },
  version: "3.4.23",
  members,
  applied: 9000,
  metrics: null,
};
const down: Asked = {
  health: { is: "refused", why: "connection refused" },
  version: null,
  members: null,
  applied: null,
  metrics: null,
};

function everyone(...asked: readonly Asked[]): Everyone {
  return new Map(asked.map((each, index) => [`etcd-${index + 1}`, each]));
}

describe("the interlocks of etcd", () => {
  it("let a member go when the rest is a majority, whether or not it still runs", () => {
    expect(quorum("etcd-1", everyone(well, well, well)).verdict).toBe("pass");
    expect(quorum("etcd-1", everyone(down, well, well)).verdict).toBe("pass");
  });

  it("keep it when the rest is none: one is down, one is not healthy, or there are but two", () => {
    expect(quorum("etcd-1", everyone(well, well, down)).verdict).toBe("fail");
    const ill: Asked = { ...well, health: { is: "told", status: 503, value: { health: "false" } } };
    expect(quorum("etcd-1", everyone(well, well, ill)).verdict).toBe("fail");
    const two = { ...well, members: members.slice(0, 2) };
    expect(quorum("etcd-1", everyone(two, two))).toMatchObject({ verdict: "fail", severity: "blocks" });
  });

  it("count voters and not learners", () => {
    const learning = members.map((member) => (member.name === "etcd-3" ? { ...member, isLearner: true } : member));
    const told = { ...well, members: learning };
    expect(quorum("etcd-1", everyone(told, told, told))).toMatchObject({ verdict: "fail" });
  });

  it("know nothing when no member tells", () => {
    expect(quorum("etcd-1", everyone(down, down, down)).verdict).toBe("unknown");
  });

  it("want every member to be in the configuration, under its own name", () => {
    expect(named("etcd-1", everyone(well, well, well)).verdict).toBe("pass");
    expect(named("etcd-1", everyone(well, well)).verdict).toBe("fail");
    expect(named("etcd-4", everyone(well, well, well, well)).verdict).toBe("fail");
  });

  it("go one minor release at a time, and none back", () => {
    const verdict = (from: string, to: string): string => versionPath("etcd-1", from, to).verdict;
    expect([verdict("3.4.23", "3.4.24"), verdict("3.4.23", "3.5.9"), verdict("3.5.9", "3.5.8")]).toEqual([
      "pass",
      "pass",
      "pass",
    ]);
    expect([verdict("3.4.23", "3.6.4"), verdict("3.5.9", "3.4.23"), verdict("3.6.4", "4.0.0")]).toEqual([
      "fail",
      "fail",
      "fail",
    ]);
  });

  it("wait for a log that is far behind", () => {
    expect(keepsUp("etcd-1", everyone({ ...well, applied: 8500 }, well, well)).verdict).toBe("pass");
    expect(keepsUp("etcd-1", everyone({ ...well, applied: 12 }, well, well)).verdict).toBe("fail");
    expect(keepsUp("etcd-1", everyone(down, well, well)).verdict).toBe("unknown");
  });
});

describe("what members tell of each other", () => {
  const seeing = (active: number): Asked => ({
    ...well,
    metrics: metricsOf(`etcd_network_active_peers{Local="${HEX[1]}",Remote="${HEX[0]}"} ${active}\n`),
  });

  it("one connection to it is enough, none is gone, and no word is no word", () => {
    expect(memberOf("etcd-1", everyone(well, seeing(1), seeing(0)), 1).process?.value).toBe("up");
    expect(memberOf("etcd-1", everyone(down, seeing(0), seeing(0)), 1).process?.value).toBe("gone");
    expect(memberOf("etcd-2", everyone(well, seeing(1), seeing(1)), 1).process).toBeNull();
  });

  it("leads whoever says so itself", () => {
    const page = "etcd_server_has_leader 1\netcd_server_is_leader 1\netcd_server_is_learner 0\n";
    const leading: Asked = { ...well, metrics: metricsOf(page) };
    expect(memberOf("etcd-1", everyone(leading, well, well), 1).leadership).toBe("leader");
    expect(memberOf("etcd-2", everyone(leading, well, well), 1).leadership).toBe("follower");
    expect(lookOf("10.0.0.1:2379", leading)).toMatchObject({ word: "leader", admission: { value: "accepting" } });
  });

  it("watches and leases are apart from what the exit waits for", () => {
    const page = `etcd_server_has_leader 1
grpc_server_started_total{grpc_method="Range",grpc_service="etcdserverpb.KV",grpc_type="unary"} 10
grpc_server_handled_total{grpc_code="OK",grpc_method="Range",grpc_service="etcdserverpb.KV",grpc_type="unary"} 9
grpc_server_started_total{grpc_method="Watch",grpc_service="etcdserverpb.Watch",grpc_type="bidi_stream"} 4
grpc_server_started_total{grpc_method="MemberList",grpc_service="etcdserverpb.Cluster",grpc_type="unary"} 900
`;
    expect(lookOf("10.0.0.1:2379", { ...well, metrics: metricsOf(page) })).toMatchObject({
      work: { inFlight: [{ kind: "RPC", count: 1 }], willBeCut: [{ kind: "stream", count: 4 }] },
      counters: { requests: 14, failures: 0 },
    });
  });

  it("a member that refuses is gone, and one that is silent is nothing", () => {
    expect(lookOf("10.0.0.1:2379", down).process?.value).toBe("gone");
    const silent: Asked = { ...down, health: { is: "silent", why: "no answer in time" } };
    expect(lookOf("10.0.0.1:2379", silent)).toMatchObject({ process: null, admission: null });
  });
});
