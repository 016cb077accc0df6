import { describe, expect, it } from "vitest";
import { exitBy, mdexConfig, serversConfigOf, settingsOf } from "./config.ts";

const signal = { kind: "signal", pidFile: "/srv/d1/dgraph.pid", start: ["bin/dgraph"] };
const eac = { kind: "eac", component: "Dgraph1", pidFile: "/srv/d1/dgraph.pid" };
const controller = { eaccmd: ["/opt/endeca/bin/eaccmd.sh", "eac-1:8888"], app: "shop" };

function node(name: string, owner: unknown, rest: Readonly<Record<string, unknown>> = {}): unknown {
  return { name, address: `${name}.example.net:8000`, host: "here", home: `/srv/${name}`, owner, ...rest };
}

function section(nodes: readonly unknown[], rest: Readonly<Record<string, unknown>> = {}): unknown {
  const hosts = [{ name: "here", kind: "local" }];
  return {
    id: "catalog",
    name: "Catalog",
    system: "mdex",
    hosts,
    query: "/graph?node=0",
    exitLimitS: 30,
    nodes,
    ...rest,
  };
}

function problems(value: unknown): readonly string[] {
  return (mdexConfig.safeParse(value).error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the section of a cluster of Dgraphs", () => {
  it("[S3-7] has the limit of an exit chosen by somebody: seconds, or none", () => {
    expect(problems(section([node("d1", signal)], { exitLimitS: undefined }))).toEqual([
      expect.stringMatching(/^exitLimitS: No exit limit is chosen\. .*hours/),
    ]);
    expect(problems(section([node("d1", signal)], { exitLimitS: "none" }))).toEqual([]);
  });

  it("is refused where a Dgraph's controller is not told, and where some are ended by theirs and some are not", () => {
    expect(problems(section([node("d1", eac)]))).toEqual([expect.stringContaining("controller is not named")]);
    expect(problems(section([node("d1", eac), node("d2", signal)], { controller }))).toEqual([
      expect.stringContaining("Put them into two clusters"),
    ]);
  });

  it("has every Dgraph of a controller stopped, started and asked through it", () => {
    const config = mdexConfig.parse(section([node("d1", eac)], { controller }));
    expect(exitBy(config)).toBe("owner");
    expect(serversConfigOf(config).nodes[0]?.owner).toMatchObject({
      kind: "command",
      stop: [...controller.eaccmd, "stop", "--app", "shop", "--comp", "Dgraph1"],
      start: [...controller.eaccmd, "start", "--app", "shop", "--comp", "Dgraph1"],
      stopLimitS: 30,
      restarts: true,
    });
    expect(exitBy(mdexConfig.parse(section([node("d1", signal)])))).toBe("engine");
  });

  it("lets a node have a query and a path of its own", () => {
    const nodes = [node("d1", signal), node("d2", signal, { query: "/ws/ready", admin: "/endeca-server/admin/wine" })];
    const config = mdexConfig.parse(section(nodes));
    expect(settingsOf(config, "d1")).toMatchObject({ query: "/graph?node=0", admin: "/admin", onExit: "refuse" });
    expect(settingsOf(config, "d2")).toMatchObject({ query: "/ws/ready", admin: "/endeca-server/admin/wine" });
  });
});
