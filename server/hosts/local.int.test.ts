import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Clock } from "#server/orchestrator/ports.ts";
import { hostContract, type HostUnderTest } from "./host.contract.ts";
import { createLocalHost } from "./local.ts";

const clock: Clock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  },
};

function withPrefix(prefix: readonly string[]) {
  return async (use: (under: HostUnderTest) => Promise<void>): Promise<void> => {
    const directory = mkdtempSync(join(tmpdir(), "host-"));
    try {
      await use({ host: createLocalHost({ name: "here", prefix, clock }), directory });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };
}

hostContract("a local host", withPrefix([]));
hostContract("a local host with a prefix", withPrefix(["env", "A=1"]));

it("what runOnce started goes on after the console was killed, and its end is told to the next one", async () => {
  const directory = mkdtempSync(join(tmpdir(), "host-"));
  const script = join(directory, "console.mts");
  const local = new URL("./local.ts", import.meta.url).href;
  writeFileSync(
    script,
    `import { createLocalHost } from ${JSON.stringify(local)};
const clock = { now: () => Date.now(), wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
const host = createLocalHost({ name: "here", prefix: [], clock });
const argv = JSON.parse(process.argv[2]);
await host.runOnce("exit/1", argv, { stateDir: process.argv[3], cwd: "/", env: {}, begin: true, waitMs: null, signal: new AbortController().signal });
`,
  );
  const go = join(directory, "go");
  const began = join(directory, "began");
  const argv = ["/bin/sh", "-c", 'echo x >>"$2"; while [ ! -e "$1" ]; do sleep 0.05; done; echo done', "x", go, began];
  const child = spawn(process.execPath, [script, JSON.stringify(argv), join(directory, "run")], { stdio: "ignore" });
  while (!existsSync(began)) await clock.wait(20);
  child.kill("SIGKILL");
  await once(child, "exit");
  writeFileSync(go, "");
  const host = createLocalHost({ name: "here", prefix: [], clock });
  const signal = new AbortController().signal;
  const options = { stateDir: join(directory, "run"), cwd: "/", env: {}, begin: true, waitMs: 20_000, signal };
  expect(await host.runOnce("exit/1", argv, options)).toEqual({
    state: "ended",
    exitCode: 0,
    stdout: "done\n",
    stderr: "",
  });
  expect(readFileSync(began, "utf8")).toBe("x\n");
  rmSync(directory, { recursive: true, force: true });
});

/** No file may grow, as on a full disk; without that right being asked for. */
const FULL = ["/bin/sh", "-c", 'trap "" XFSZ; ulimit -f 0; exec "$@"', "full"];

it("what cannot be written down is not begun, says why, and runs once there is room", async () => {
  await withPrefix(FULL)(async ({ host, directory }) => {
    const signal = new AbortController().signal;
    const options = { stateDir: join(directory, "run"), cwd: "/", env: {}, begin: true, waitMs: 20_000, signal };
    const argv = ["/bin/mkdir", join(directory, "made")];
    const refused = await host.runOnce("install/1", argv, options);
    expect(refused).toMatchObject({ state: "unknown", why: expect.stringMatching(/cannot be kept in .*too large/i) });
    expect(existsSync(join(directory, "made"))).toBe(false);
    const roomy = createLocalHost({ name: "here", prefix: [], clock });
    expect(await roomy.runOnce("install/1", argv, options)).toMatchObject({ state: "ended", exitCode: 0 });
  });
});
