/** The whole driver over simulated Dgraphs: its contract, limits and force, and a controller that undoes foreign exits. */
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "#server/clock.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { startHaproxy, whatHaproxyLacks, type Haproxy } from "#server/routers/testing/haproxy.ts";
import { startController, type Controlled } from "#twin/mdex/controlled.ts";
import { type SimulatedDgraph, until } from "#twin/mdex/harness.ts";
import { driverContract } from "../driver.contract.ts";
import { restartOf } from "../servers/testing/plans.ts";
import { makeSite, type Laid, type Section, type Site } from "./testing/site.ts";

const { signal } = new AbortController();
const lacks = whatHaproxyLacks();

if (lacks !== null) describe("the driver of Dgraphs", () => it.skip(lacks, () => undefined));
else
  driverContract("the driver of Dgraphs (simulated), behind HAProxy,", async () => {
    let front: Haproxy | null = null;
    const site = await makeSite({
      names: ["dgraph-1", "dgraph-2", "alone-1", "alone-2"],
      section: async (laid, section) => {
        const routed = laid.slice(0, 2);
        const servers = routed.map(({ name, engine: { host, port } }) => ({ name, host, port }));
        front = await startHaproxy({ servers, check: "httpchk GET /graph?node=0" });
        const named = Object.fromEntries(routed.map(({ name }) => [name, `web/${name}`]));
        return { ...section, routers: [{ name: "front", kind: "haproxy", socket: front.socket, servers: named }] };
      },
    });
    const close = async (): Promise<void> => {
      await site.stop();
      await front?.stop();
    };
    const driver = site.driver();
    await site.start(driver).catch(async (error: unknown) => {
      // Whoever was not built is not closed either.
      await close();
      throw error;
    });
    return {
      driver,
      anotherConsole: () => site.driver(),
      clock: systemClock,
      routed: "dgraph-1",
      direct: "alone-1",
      from: "6.5.1",
      to: "6.5.2",
      // Another process of the same number.
      earlier: (identity) => identity.replace(/start \d+/, "start 1"),
      exitLimitMs: 10_000,
      close,
    };
  });

let open: { readonly site: Site; readonly controller: Controlled | null } | null = null;
afterEach(async () => {
  open?.controller?.stop();
  await open?.site.stop();
  open = null;
});

async function identityOf(driver: Driver, nodeId: string): Promise<string | null> {
  return (await driver.readNode(nodeId, true, signal)).identity?.value ?? null;
}

describe("one Dgraph and its driver, in a time of 20 ms a second", () => {
  const flags = ["--sim-second-ms", "20"];

  async function started(): Promise<{
    readonly driver: Driver;
    readonly engine: SimulatedDgraph;
    readonly site: Site;
  }> {
    const site = await makeSite({ names: ["dgraph-1"], flags });
    open = { site, controller: null };
    const driver = site.driver();
    await site.start(driver);
    return { driver, engine: site.engine("dgraph-1"), site };
  }

  /** It has 10 000 s of work, and was told to leave. */
  async function leaving(limitMs: number | null) {
    const { driver, engine, site } = await started();
    const work = engine.query(10_000);
    await engine.hasTaken(1);
    const identity = await identityOf(driver, "dgraph-1");
    const act = { nodeId: "dgraph-1", limitMs, how: "graceful", identity } as const;
    const ended = driver.exit("run/exit", act, signal);
    await until(async () => (await engine.state()).exitAsked);
    return { driver, engine, site, work, identity, ended };
  }

  it("[S3-14] ends at its own limit, and the evidence has the engine's counts: the console's kill comes after", async () => {
    const { ended, work } = await leaving(30_000);
    expect(await ended).toMatchObject({
      outcome: "done",
      forced: true,
      evidence: expect.stringMatching(
        /time limit reached; 1 still active or queued .* 1 executing and killed, 0 queued/,
      ),
    });
    expect(await work).toEqual({ is: "cut" });
  });

  it("[S3-18] [S3-20] is given a first limit and then a nearer one; what would not come closer is refused unsent", async () => {
    const { driver, engine, site, identity, ended } = await leaving(null);
    const shorten = async (id: string, limitMs: number) =>
      await driver.shorten(id, "dgraph-1", limitMs, identity, signal);
    const asked = () => engine.truth().flatMap((one) => (one.what === "exitAsked" ? [one.limitSeconds] : []));
    expect(await shorten("run/shorten/1", 3_600_000)).toMatchObject({ outcome: "done" });
    expect(await shorten("run/shorten/1", 3_600_000)).toMatchObject({ outcome: "done" });
    expect(await shorten("run/shorten/2", 7_200_000)).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("a limit only comes closer"),
    });
    expect(asked()).toEqual([null, 3600]);
    expect(await shorten("run/shorten/3", 5000)).toMatchObject({ outcome: "done" });
    expect(await ended).toMatchObject({ outcome: "done", forced: true });
    expect(asked()).toEqual([null, 3600, 5]);
    expect(site.sent.filter(({ text }) => text.startsWith("curl"))).toHaveLength(3);
  });

  it("[S3-9] is forced by a limit of 0, and tells what it cut before it is gone", async () => {
    const { driver, engine, identity, ended } = await leaving(null);
    expect(await driver.force("run/force", "dgraph-1", identity, signal)).toMatchObject({
      outcome: "done",
      forced: true,
      evidence: expect.stringMatching(/without a kill; error log: time limit reached; 1 still active/),
    });
    expect(await ended).toMatchObject({ outcome: "done", forced: true });
    expect(engine.pid()).toBeNull();
  });

  it("is started again as another process, and seen to be by its identity", async () => {
    const { driver, engine } = await started();
    const identity = await identityOf(driver, "dgraph-1");
    const act = { nodeId: "dgraph-1", limitMs: 30_000, how: "graceful", identity } as const;
    const pid = engine.pid();
    expect(await driver.exit("run/exit", act, signal)).toMatchObject({
      outcome: "done",
      evidence: expect.stringContaining(`exiting normally (pid ${pid})`),
    });
    expect(await driver.start("run/start", "dgraph-1", signal)).toMatchObject({ outcome: "done" });
    await until(async () => (await engine.query(0)).is === "answered");
    expect(await identityOf(driver, "dgraph-1")).not.toBe(identity);
  });
});

describe("a Dgraph under an Application Controller (simulated)", () => {
  const flags = ["--sim-second-ms", "manual", "--sim-query-s", "0"];
  const app = "shop";

  /** `named`: whether the configuration tells of it. */
  async function started(
    named: boolean,
  ): Promise<{ readonly site: Site; readonly driver: Driver; readonly engine: SimulatedDgraph }> {
    let controller: Controlled | null = null;
    const section = async ([first]: readonly Laid[], usual: Section): Promise<Section> => {
      if (first === undefined) throw new Error("there is no Dgraph");
      const { engine, name } = first;
      const url = `http://${engine.host}:${engine.port}/admin?op=`;
      const [exitUrl, pingUrl, logFile] = [`${url}exit`, `${url}ping`, `${engine.home}/out`];
      const workingDir = `${engine.home}/current`;
      controller = await startController(engine, {
        app,
        components: [{ id: name, restartGroup: "A", argv: engine.argv, workingDir, logFile, exitUrl, pingUrl }],
        shutdownTimeOutSecs: 600,
        startupTimeoutSecs: 600,
        secondMs: 20,
      });
      await controller.run("start", name);
      if (!named) return usual;
      const owner = { kind: "eac", component: name, pidFile: engine.pidFile };
      const nodes = usual.nodes.map((node) => ({ ...node, owner }));
      return { ...usual, nodes, controller: { eaccmd: controller.eaccmd, app, shutdownTimeOutS: 12 } };
    };
    const site = await makeSite({ names: ["dgraph-1"], flags, section });
    open = { site, controller };
    const engine = site.engine("dgraph-1");
    await until(async () => (await engine.query(0)).is === "answered");
    return { site, driver: site.driver(), engine };
  }

  async function checkOf(driver: Driver, id: string) {
    const made = await driver.plan(restartOf(), signal);
    if (!made.ok) throw new Error(made.why);
    return (await driver.preflight(made.value, signal)).find((check) => check.id === id);
  }

  it("is not told to leave past it: preflight says that it would be started again", async () => {
    const { driver } = await started(false);
    expect(await checkOf(driver, "mdex-controller")).toMatchObject({
      severity: "blocks",
      verdict: "fail",
      evidence: expect.stringContaining("starts a Dgraph again at once"),
      remedy: expect.stringContaining("kind: eac"),
    });
  });

  it("leaves through it and stays down, and its work is finished; it is started through it", async () => {
    const { driver, engine, site } = await started(true);
    expect(await checkOf(driver, "owner-undoes")).toMatchObject({ verdict: "pass" });
    const query = engine.query(20);
    await engine.hasTaken(1);
    const identity = await identityOf(driver, "dgraph-1");
    const act = { nodeId: "dgraph-1", limitMs: 60_000, how: "graceful", identity } as const;
    const ended = driver.exit("run/exit", act, signal);
    await until(async () => (await engine.state()).exitAsked);
    await engine.advance(20);
    expect(await ended).toMatchObject({ outcome: "done", evidence: expect.stringContaining("exiting normally") });
    expect(await query).toMatchObject({ code: 200 });
    expect((await driver.readNode("dgraph-1", true, signal)).process.map(({ value }) => value)).toEqual([
      "gone",
      "gone",
    ]);
    // The controller's, and no second one of the console's.
    expect(engine.truth().filter(({ what }) => what === "exitAsked")).toHaveLength(1);
    expect(site.sent.some(({ text }) => text.includes("op=exit"))).toBe(false);
    expect(await driver.start("run/start", "dgraph-1", signal)).toMatchObject({ outcome: "done" });
    expect(await identityOf(driver, "dgraph-1")).not.toBe(identity);
  });
});
