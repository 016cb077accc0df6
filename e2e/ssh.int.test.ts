/** A backend is upgraded over SSH while the connections to its host are cut again and again: nothing is run twice. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { Verb } from "#lib/run/command.ts";
import { systemClock } from "#server/clock.ts";
import { starRocksConfig } from "#server/drivers/starrocks/config.ts";
import { createStarRocksDriver } from "#server/drivers/starrocks/driver.ts";
import { createSshHost } from "#server/hosts/ssh.ts";
import { startCutLine, startSshd, whatSshdLacks, type CutLine, type Sshd } from "#server/hosts/testing/sshd.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import type { Services } from "#server/services/services.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import { figure } from "./figures.ts";
import { dana, silent, startRun, startServices } from "./inside.ts";
import { upgradePlan } from "./plans.ts";

const lacking = whatSshdLacks();
const MOST_CUTS = 3;
const ON_THE_HOST: ReadonlySet<Verb> = new Set(["exit", "install", "start"]);
const file = z.object({ clusters: z.tuple([z.looseObject({ id: z.string(), name: z.string() })]) });

describe.skipIf(lacking !== null)("hosts over SSH", () => {
  let twin: Twin;
  let sshd: Sshd;
  let line: CutLine;
  let driver: Driver;
  let services: Services;
  let clusterId = "";

  beforeAll(async () => {
    [twin, sshd] = await Promise.all([
      startTwin({ frontends: 1, backends: 3, computeNodes: 0, version: "3.5.7", artifacts: ["4.0.7"], load: "off" }),
      startSshd(),
    ]);
    line = await startCutLine(sshd.port);
    const [section] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
    clusterId = section.id;
    const configFile = sshd.configure({ port: line.port });
    driver = createStarRocksDriver(starRocksConfig.parse(section), {
      clock: systemClock,
      log: silent,
      sent: () => undefined,
      stateDir: join(twin.root, "console"),
      connectHost: ({ name, prefix }) =>
        createSshHost({ name, destination: "host", configFile, prefix, socketDir: sshd.folder, clock: systemClock }),
    });
    services = await startServices([{ id: clusterId, name: section.name, driver }]);
  }, 120_000);

  afterAll(async () => {
    await services.stop();
    await driver.close();
    await Promise.all([twin.stop(), line.close()]);
    await sshd.stop();
  }, 60_000);

  it("bring a backend to its new version, each script run once", async () => {
    const policy = { approval: "none", soakMs: 0, minRequests: 0, onNoTraffic: "accept" } as const;
    const request = upgradePlan({ nodeIds: ["be-01"], reason: "over SSH", policy });
    const beganAtMs = Date.now();
    const started = await startRun(services, clusterId, request);
    let cuts = 0;
    const over = new AbortController();
    const cutting = cutWhatIsUnderWay(started, over.signal, () => (cuts += 1));
    await expect.poll(async () => await isOver(started), { timeout: 180_000, interval: 250 }).toBe(true);
    over.abort();
    await cutting;
    figure(`over SSH: 1 node in ${((Date.now() - beganAtMs) / 1000).toFixed(1)} s, connections cut ${cuts} times`);
    expect(await holdsOf(started), "a check may wait for its host; what was sent is never in doubt").toEqual([]);
    const scripts = twin
      .truth()
      .flatMap((told) => (told.what === "script" && told.atMs >= beganAtMs ? [`${told.node} ${told.script}`] : []));
    const acts = scripts.filter((script) => /\bst(op|art)_be\.sh$/.test(script));
    expect(acts).toEqual(["be-01 stop_be.sh", "be-01 start_be.sh"]);
    const rows = await twin.sql("fe-01", "SHOW BACKENDS");
    expect(rows.map(({ Version }) => Version?.split("-")[0])).toEqual(["4.0.7", "3.5.7", "3.5.7"]);
    expect(cuts).toBeGreaterThan(3);
  }, 240_000);

  /** Each command that goes to the host loses its connections some times, at moments that nobody chose. */
  async function cutWhatIsUnderWay(runId: string, signal: AbortSignal, counted: () => void): Promise<void> {
    const cutsOf = new Map<string, number>();
    while (!signal.aborted) {
      await systemClock.wait(100 + Math.random() * 900, signal);
      const id = await underWay(runId);
      const before = id === null ? MOST_CUTS : (cutsOf.get(id) ?? 0);
      if (id === null || before >= MOST_CUTS) continue;
      cutsOf.set(id, before + 1);
      line.cut();
      counted();
    }
  }

  async function underWay(runId: string): Promise<string | null> {
    const view = await services.viewRun(dana, runId);
    if (!view.ok) return null;
    const events = view.value.events.map(({ event }) => event);
    const answered = new Set(events.flatMap((event) => (event.type === "CommandAnswered" ? [event.commandId] : [])));
    const issued = events.flatMap((event) => (event.type === "CommandIssued" ? [event.command] : []));
    const open = issued.find(({ id, verb }) => ON_THE_HOST.has(verb) && !answered.has(id));
    return open?.id ?? null;
  }

  async function isOver(runId: string): Promise<boolean> {
    const view = await services.viewRun(dana, runId);
    return view.ok && view.value.summary.endedAtMs !== null;
  }

  async function holdsOf(runId: string): Promise<readonly string[]> {
    const view = await services.viewRun(dana, runId);
    if (!view.ok) return [view.refusal.reason];
    const whys = view.value.events.flatMap(({ event }) => (event.type === "HoldBegan" ? [event.reason.why] : []));
    return whys.filter((why) => why !== "checksFailed");
  }
});
