/** The simulated controller against the guides' words: who ends a Dgraph past it sees it started again. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Controlled, startController } from "./controlled.ts";
import { type Subnet, takeSubnet } from "../subnet.ts";
import { layDgraph, MAIN, type SimulatedDgraph, until } from "./harness.ts";

let open: { readonly engine: SimulatedDgraph; readonly controller: Controlled; readonly subnet: Subnet } | null = null;
afterEach(async () => {
  open?.controller.stop();
  await open?.engine.stop();
  open?.subnet.release();
  open = null;
});

async function started(shutdownTimeOutSecs: number, secondMs = "50"): Promise<NonNullable<typeof open>> {
  const subnet = await takeSubnet(null);
  if (subnet === null) throw new Error("no network of the loopback is free");
  const home = mkdtempSync(join(tmpdir(), "dgraph-"));
  const place = { home, host: `${subnet.prefix}.1` };
  const engine = layDgraph(place, [process.execPath, MAIN], ["--sim-second-ms", secondMs]);
  const url = `http://${engine.host}:${engine.port}/admin?op=`;
  const component = {
    id: "Dgraph1",
    restartGroup: "A",
    argv: engine.argv,
    workingDir: home,
    logFile: join(home, "out"),
  };
  const controller = await startController(place, {
    app: "shop",
    components: [{ ...component, exitUrl: `${url}exit`, pingUrl: `${url}ping` }],
    shutdownTimeOutSecs,
    startupTimeoutSecs: 600,
    secondMs: 50,
  });
  open = { engine, controller, subnet };
  expect(await controller.run("start", "Dgraph1")).toMatchObject({ code: 0 });
  return open;
}

describe("a simulated Application Controller", () => {
  it("starts a Dgraph again at once that left without its order", async () => {
    const { engine, controller } = await started(30);
    const pid = engine.pid();
    await engine.ask("/admin?op=exit");
    await until(async () => await Promise.resolve(engine.pid() !== null && engine.pid() !== pid));
    await until(async () =>
      (await controller.run("status", "Dgraph1")).text.includes("State: Running (restarted 1 times)"),
    );
  });

  it("stops one by the engine's own exit, and leaves it stopped", async () => {
    const { engine, controller } = await started(600, "manual");
    const query = engine.query(10);
    await engine.hasTaken(1);
    const stopping = controller.run("stop", "Dgraph1");
    await until(async () => (await engine.state()).exitAsked);
    await engine.advance(10);
    expect(await stopping).toEqual({ code: 0, text: "State: NotRunning" });
    expect(await query).toMatchObject({ code: 200 });
    expect(engine.truth().map(({ what }) => what)).toEqual(["started", "exitAsked", "queryDone", "ended"]);
  });

  it("kills one whose exit takes longer than the controller waits", async () => {
    const { engine, controller } = await started(10);
    const query = engine.query(100_000);
    await engine.hasTaken(1);
    await controller.run("stop", "Dgraph1");
    expect(await query).toEqual({ is: "cut" });
    expect(engine.pid()).toBeNull();
    expect(engine.lines("errorLog").join("\n")).not.toContain("exiting");
  });

  it("knows what is provisioned, and nothing else", async () => {
    const { controller } = await started(30);
    expect(await controller.run("status", "Dgraph2")).toMatchObject({ code: 1 });
  });
});
