import { describe, expect, it } from "vitest";
import { ownHost, parseFeConf } from "./fe-conf.ts";
import { RuntimeConfig } from "./runtime-config.ts";

const conf = parseFeConf('# ports\nheartbeat_timeout_second = 1\ndisable_balance=true\nJAVA_OPTS="-Xmx1g"\n');

describe("FE configuration", () => {
  it("begins with fe.conf, by key or by alias", () => {
    const config = new RuntimeConfig(conf);
    expect(config.number("heartbeat_timeout_second")).toBe(1);
    expect(config.text("tablet_sched_disable_balance")).toBe("true");
    expect(config.text("max_graceful_exit_time_second")).toBe("60");
  });

  it("sets what is mutable, under either name, and refuses the rest", () => {
    const config = new RuntimeConfig(conf);
    expect(config.set("disable_balance", "false")).toBe(true);
    expect(config.text("tablet_sched_disable_balance")).toBe("false");
    expect(config.set("run_mode", "shared_data")).toBe(false);
    expect(config.set("no_such_thing", "1")).toBe(false);
    expect(config.set("heartbeat_timeout_second", "soon")).toBe(false);
  });

  it("is found by its alias in a LIKE, and shown with it", () => {
    const rows = new RuntimeConfig(conf).rows((name) => name === "disable_balance");
    expect(rows).toEqual([["tablet_sched_disable_balance", "[disable_balance]", "true", "boolean", "true", ""]]);
  });

  it("takes the own address from twin_host or priority_networks", () => {
    expect(ownHost(parseFeConf("twin_host = 127.0.10.1"))).toBe("127.0.10.1");
    expect(ownHost(parseFeConf("priority_networks = 127.0.10.2/32"))).toBe("127.0.10.2");
  });
});
