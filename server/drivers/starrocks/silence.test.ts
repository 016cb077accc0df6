/** A host that does not answer says nothing: no act is refused or done for it, and none is begun under a second name. */
import { expect, it } from "vitest";
import type { Outcome } from "#lib/run/command.ts";
import type { Host } from "#server/orchestrator/host.ts";
import { Artifacts } from "./artifacts.ts";
import { exit } from "./exit.ts";
import { hook } from "./hook.ts";
import { install, restorePrevious } from "./install.ts";
import { start } from "./start.ts";
import { aConfig, recordedNodes } from "./testing/nodes.ts";
import { World } from "./world.ts";

const { signal } = new AbortController();

/** What it answers before the way to it breaks, for good. */
function worldWith(before: (argv: readonly string[]) => string | null, begun: string[]): World {
  const host: Host = {
    name: "h",
    run: async (argv) => {
      const stdout = before(argv);
      if (stdout === null) return await Promise.resolve({ ok: false, why: "the line is cut", lost: true });
      return await Promise.resolve({ ok: true, exitCode: 0, stdout, stderr: "" });
    },
    runOnce: async (id) => {
      begun.push(id);
      return await Promise.resolve({ state: "silent", why: "the line is cut" });
    },
  };
  const node = recordedNodes().find(({ id }) => id === "be-01");
  if (node === undefined) throw new Error("no BE was recorded");
  let nowMs = 1000;
  const world = new World(aConfig({ install: { strategy: "swap", artifacts: "/opt/artifacts" } }), {
    clock: {
      now: () => nowMs,
      wait: async (ms) => {
        nowMs += ms;
        await Promise.resolve();
      },
    },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    sent: () => {},
    stateDir: null,
    connectHost: () => host,
    openSql: () => ({
      openCount: 0,
      close: () => {},
      ask: async () => await Promise.resolve({ ok: true, rows: [] }),
    }),
    askHttp: async () => await Promise.resolve({ ok: false, why: "refused", kind: "refused" }),
  });
  world.learn({ nodes: [node], by: "", readAtMs: nowMs });
  return world;
}

const nothing = (): string | null => null;
/** There is no process, and its conf and version are read; the rest is silence. */
function noProcess(argv: readonly string[]): string | null {
  if (argv.includes("sluice-look")) return "none it is gone\n";
  if (argv[0] === "sed" || argv[0] === "env") return "4.0.6-70d1c24\n";
  return null;
}

it.each<[string, (world: World) => Promise<Outcome>]>([
  ["install", (world) => install(world, new Artifacts(world), "id", "be-01", "4.0.7", signal)],
  ["restoring", (world) => restorePrevious(world, "id", { nodeId: "be-01", version: "4.0.7" }, signal)],
  ["start", (world) => start(world, "id", "be-01", signal)],
  ["exit", (world) => exit(world, "id", { nodeId: "be-01", limitMs: 60_000, how: "graceful", identity: null }, signal)],
  ["hook", (world) => hook(world, "id", { nodeId: "be-01", when: "before", argv: ["true"], limitMs: 1000 }, signal)],
])("of %s nobody knows how it went, wherever its host fell silent", async (_act, perform) => {
  for (const before of [nothing, noProcess]) {
    const begun: string[] = [];
    expect(await perform(worldWith(before, begun))).toMatchObject({ outcome: "unknown" });
    expect(new Set(begun).size, "under one name").toBeLessThanOrEqual(1);
  }
});
