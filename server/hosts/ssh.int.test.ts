import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock } from "#server/orchestrator/ports.ts";
import { hostContract, type HostUnderTest } from "./host.contract.ts";
import { createSshHost, type SshHostOptions } from "./ssh.ts";
import { startCutLine, startSshd, whatSshdLacks, type CutLine, type Sshd } from "./testing/sshd.ts";

const clock: Clock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  },
};
const { signal } = new AbortController();
const lacking = whatSshdLacks();
if (lacking !== null) console.log(`Left out: hosts over SSH (${lacking}).`);

let sshd: Sshd;
let line: CutLine;

describe.skipIf(lacking !== null)("over a real sshd", () => {
  beforeAll(async () => {
    sshd = await startSshd();
    line = await startCutLine(sshd.port);
  });
  afterAll(async () => {
    await line.close();
    await sshd.stop();
  });

  function hostWith(change: Partial<SshHostOptions> = {}) {
    const usual = { name: "there", destination: "host", prefix: [], socketDir: null, clock };
    return createSshHost({ ...usual, configFile: change.configFile ?? sshd.configure(), ...change });
  }

  hostContract("a host over SSH", async (use: (under: HostUnderTest) => Promise<void>): Promise<void> => {
    const directory = mkdtempSync(join(sshd.folder, "h-"));
    const configFile = sshd.configure();
    try {
      await use({ host: hostWith({ configFile, socketDir: directory }), directory });
    } finally {
      leave(directory, configFile);
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it("goes over the shared connection once that stands", async () => {
    const directory = mkdtempSync(join(sshd.folder, "h-"));
    const configFile = sshd.configure({ port: line.port });
    const host = hostWith({ configFile, socketDir: directory });
    const client = async (): Promise<string> => {
      const told = await host.run(["/bin/sh", "-c", "echo $SSH_CONNECTION"], { timeoutMs: 10_000 });
      return told.ok ? told.stdout : told.why;
    };
    await expect.poll(async () => (await client()) === (await client()), { timeout: 20_000 }).toBe(true);
    leave(directory, configFile);
  });

  it("wherever the connection is cut, a command runs once, and its end is found", async () => {
    const configFile = sshd.configure({ port: line.port });
    // What is cut at once again is not waited for here.
    const host = hostWith({ configFile, clock: { ...clock, wait: async () => await clock.wait(20) } });
    const directory = mkdtempSync(join(sshd.folder, "h-"));
    let unknown = 0;
    // A login and a command take some 3,000 bytes: a look at every part of it.
    for (let bytes = 1; bytes < 4200; bytes += 600) {
      const id = `exit/${bytes}`;
      const argv = ["/bin/sh", "-c", 'echo "$2" >>"$1"; echo told', "x", join(directory, "ran"), id];
      const options = { stateDir: join(directory, "run"), cwd: "/", env: {}, begin: true, waitMs: 20_000, signal };
      line.cutAfter(bytes);
      const first = await host.runOnce(id, argv, options);
      line.cutAfter(null);
      if (first.state !== "ended") unknown += 1;
      expect(first.state === "ended" || first.state === "silent", JSON.stringify(first)).toBe(true);
      expect(await host.runOnce(id, argv, options)).toEqual({
        state: "ended",
        exitCode: 0,
        stdout: "told\n",
        stderr: "",
      });
    }
    const ran = readFileSync(join(directory, "ran"), "utf8").trim().split("\n");
    expect(new Set(ran).size, "each ran").toBe(7);
    expect(ran.length, "none ran twice").toBe(7);
    expect(unknown, "some were cut").toBeGreaterThan(3);
  }, 120_000);

  it("believes no host key that is not known", async () => {
    const host = hostWith({ configFile: sshd.configure({ knownHosts: "" }) });
    const told = await host.run(["true"], { timeoutMs: 10_000 });
    expect(told).toMatchObject({ ok: false, why: expect.stringMatching(/host key of host is not known.*ssh host/) });
    expect(told).not.toHaveProperty("key");
  });

  it("says loudly that a host shows another key than the one that is known", async () => {
    const other = mkdtempSync(join(sshd.folder, "k-"));
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(other, "key")]);
    const key = readFileSync(join(other, "key.pub"), "utf8").split(" ").slice(0, 2).join(" ");
    const host = hostWith({ configFile: sshd.configure({ knownHosts: `sluice-test ${key}\n` }) });
    const told = await host.run(["true"], { timeoutMs: 10_000 });
    expect(told).toMatchObject({ ok: false, why: expect.stringMatching(/another host key.*SHA256:.*in between/) });
  });

  it("says that its key is refused, that nobody listens, and that a host hangs", async () => {
    const other = mkdtempSync(join(sshd.folder, "k-"));
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(other, "key")]);
    const stranger = hostWith({ configFile: sshd.configure({ identity: join(other, "key") }) });
    const why = async (host: ReturnType<typeof hostWith>, timeoutMs: number): Promise<unknown> =>
      await host.run(["true"], { timeoutMs });
    expect(await why(stranger, 10_000)).toMatchObject({ ok: false, why: expect.stringContaining("authorized_keys") });
    const nobody = hostWith({ configFile: sshd.configure({ port: 1 }) });
    expect(await why(nobody, 10_000)).toMatchObject({ ok: false, why: expect.stringContaining("refuses connections") });
    const slow = await hostWith().run(["sleep", "30"], { timeoutMs: 1500 });
    expect(slow).toMatchObject({ ok: false, why: expect.stringContaining("did not answer within 1.5 s") });
  });
});

/** What was left to close by itself in a minute, at once. */
function leave(directory: string, configFile: string): void {
  const argv = ["-F", configFile, "-o", `ControlPath=${directory}/%C`, "-O", "exit", "--", "host"];
  try {
    execFileSync("ssh", argv, { stdio: "ignore" });
  } catch {
    // It never stood.
  }
}
