/** The section of docs/systems/process.md, as it stands there, drives real processes: only where they are is of this machine. */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { startHaproxy, whatHaproxyLacks, type Haproxy } from "#server/routers/testing/haproxy.ts";
import { until } from "#server/testing/ports.ts";
import { restartOf } from "../servers/testing/plans.ts";
import { processConfig } from "./config.ts";
import { makeSite, serves, type Backend } from "./testing/site.ts";

const { signal } = new AbortController();
const DOCUMENT = fileURLToPath(new URL("../../../docs/systems/process.md", import.meta.url));
const SYSTEMCTL = fileURLToPath(new URL("../servers/testing/systemctl.sh", import.meta.url));

const file = z.object({ clusters: z.tuple([z.looseObject({ system: z.literal("process") })]) });
const lacks = whatHaproxyLacks();

function example(): Readonly<Record<string, unknown>> {
  const yaml = /^```yaml\n([^]*?)^```/m.exec(readFileSync(DOCUMENT, "utf8"))?.[1] ?? "";
  return file.parse(parse(yaml)).clusters[0];
}

/** A manager of its own for each host. */
function managed(backend: Backend): Readonly<Record<string, unknown>> {
  const state = join(backend.home, "systemd");
  mkdirSync(state, { recursive: true });
  copyFileSync(SYSTEMCTL, join(state, "systemctl"));
  chmodSync(join(state, "systemctl"), 0o755);
  const words = backend.argv.map((word) => `'${word}'`).join(" ");
  writeFileSync(join(state, "start"), `cd '${backend.home}/current'\necho $$ >'${state}/pid'\nexec ${words}\n`);
  return { kind: "local", prefix: ["env", `PATH=${state}:${process.env["PATH"] ?? ""}`, `SYSTEMD_STATE=${state}`] };
}

describe("the example of the documentation", () => {
  it("is a section without mistakes", () => {
    expect(processConfig.safeParse(example()).error?.issues).toBeUndefined();
  });

  it.skipIf(lacks !== null)("takes a node from one release to the next, and lets it in again", async () => {
    const { nodes, metrics, hosts, routers, install } = processConfig.parse(example());
    const started: Haproxy[] = [];
    const site = await makeSite({
      names: nodes.map(({ name }) => name),
      section: async (backends) => {
        const front = await startHaproxy({
          servers: backends.map(({ name, port }) => ({ name, port })),
          check: "httpchk GET /health",
        });
        started.push(front);
        const { socket } = front;
        return {
          ...example(),
          hosts: hosts.map(({ name }, index) => ({ name, ...managed(at(backends, index)) })),
          routers: routers.map((router) => ({ ...router, socket })),
          install: { ...install, releases: join(at(backends, 0).home, "../releases") },
          nodes: nodes.map(({ name, host, owner }, index) => {
            const { port, adminPort, home } = at(backends, index);
            return { name, host, owner, address: `127.0.0.1:${port}`, home, metrics: { ...metrics, port: adminPort } };
          }),
        };
      },
    });
    try {
      const driver = site.driver();
      await site.start(driver);
      const upgrade = { ...restartOf(), kind: "upgrade", targetVersion: "1.1.0" } as const;
      const nodeId = at(nodes, 0).name;
      await until("every route is open", async () => {
        const { routing } = await driver.readNode(nodeId, true, signal);
        return routing?.every(({ state }) => state === "in") === true;
      });
      const plan = await driver.plan(upgrade, signal);
      if (!plan.ok) throw new Error(plan.why);
      const failing = (await driver.preflight(plan.value, signal)).filter(({ verdict }) => verdict !== "pass");
      expect(failing.filter(({ severity }) => severity !== "note")).toEqual([]);
      const loans = await driver.survey({ purpose: "isolate", runId: "example", nodeId }, signal);
      if (!loans.ok) throw new Error(loans.why);
      expect(await driver.take(loans.value, signal)).toMatchObject({ outcome: "done" });
      const act = { nodeId, limitMs: 10_000, how: "graceful", identity: null } as const;
      expect(await driver.exit("example/exit", act, signal)).toMatchObject({ outcome: "done" });
      expect(await driver.install("example/install", nodeId, "1.1.0", signal)).toMatchObject({ outcome: "done" });
      expect(await driver.start("example/start", nodeId, signal)).toMatchObject({ outcome: "done" });
      await until("it serves", async () => await serves(site.backend(nodeId)));
      for (const loan of loans.value)
        expect(await driver.giveBack(loan, signal)).toMatchObject({ outcome: "returned" });
      const seen = await driver.readNode(nodeId, true, signal);
      expect(seen.version?.value).toBe("1.1.0");
      expect(seen.routing?.map(({ state }) => state)).toEqual(["in"]);
    } finally {
      for (const front of started) await front.stop();
      await site.stop();
    }
  });
});

function at<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`there is no number ${index}`);
  return found;
}
