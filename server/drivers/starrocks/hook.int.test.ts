import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Outcome } from "#lib/run/command.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import { hook } from "./hook.ts";
import { systemClock } from "./testing/console.ts";
import { aConfig, recordedNodes } from "./testing/nodes.ts";
import { World } from "./world.ts";

let root: string;
let world: World;
const { signal } = new AbortController();
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "hook-"));
  const config = aConfig({ nodes: { "192.0.2.12:9050": { name: "be-02", host: "h1", home: root } } });
  world = new World(config, {
    clock: systemClock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    sent: () => {},
    stateDir: join(root, "console"),
    connectHost: ({ name, prefix }) => createLocalHost({ name, prefix, clock: systemClock }),
  });
  world.learn({ nodes: recordedNodes(config), by: "192.0.2.1:9030", readAtMs: 0 });
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function run(argv: readonly string[], limitMs = 30_000, id = "h/1"): Promise<Outcome> {
  return await hook(world, id, { nodeId: "be-02", when: "before", argv, limitMs }, signal);
}

it("runs where the node is, its arguments as they stand, told which node it is, and its output is kept", async () => {
  const outcome = await run([
    "/bin/sh",
    "-c",
    'echo "$1 $SLUICE_NODE $SLUICE_ROLE $SLUICE_WHEN"; pwd',
    "x",
    "a b;$(id)",
  ]);
  expect(outcome).toMatchObject({ outcome: "done" });
  expect(JSON.stringify(outcome)).toContain("a b;$(id) be-02 be before");
  expect(JSON.stringify(outcome)).toContain(root);
});

it("runs once under one id, and again under another", async () => {
  const argv = ["/bin/sh", "-c", 'echo ran >>"$1"', "x", join(root, "log")];
  await run(argv);
  await run(argv);
  expect(readFileSync(join(root, "log"), "utf8")).toBe("ran\n");
  await run(argv, 30_000, "h/2");
  expect(readFileSync(join(root, "log"), "utf8")).toBe("ran\nran\n");
});

it("one that fails is refused, with its exit code and what it wrote, and without its passwords", async () => {
  const outcome = await run(["/bin/sh", "-c", "echo password=hunter2; echo no jdk >&2; exit 4"]);
  expect(outcome).toMatchObject({ outcome: "refused" });
  expect(JSON.stringify(outcome)).toContain("ended with 4");
  expect(JSON.stringify(outcome)).toContain("no jdk");
  expect(JSON.stringify(outcome)).not.toContain("hunter2");
});

it("one that takes longer than its limit is ended on its host, its children with it", async () => {
  const outcome = await run(["/bin/sh", "-c", 'echo "$$" >"$1"; sleep 600 & wait', "x", join(root, "pid")], 1000);
  expect(outcome).toMatchObject({ outcome: "refused" });
  expect(JSON.stringify(outcome)).toContain("took longer than 1 s");
  expect(() => process.kill(Number(readFileSync(join(root, "pid"), "utf8")), 0)).toThrow();
});

it("one that cannot be found is refused", async () => {
  expect(await run(["/no/such/hook"])).toMatchObject({ outcome: "refused" });
});

it("an end that left no trace is unknown, and is not begun again", async () => {
  const argv = [
    "/bin/sh",
    "-c",
    'echo "$PPID" >"$1"; kill -9 "$(ps -o ppid= -p "$PPID" | tr -d " ")" "$PPID"; kill -9 $$',
    "x",
    join(root, "pid"),
  ];
  expect(await run(argv)).toMatchObject({ outcome: "unknown" });
  expect(await run(["touch", join(root, "again")])).toMatchObject({ outcome: "unknown" });
  expect(() => readFileSync(join(root, "again"))).toThrow();
});
