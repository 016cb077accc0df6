/** Keys of hosts, against a real sshd: shown as ssh-keygen shows them, confirmed by their fingerprint and by nothing else. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "#server/clock.ts";
import { HostKeys } from "./host-keys.ts";
import { ownKnownHosts } from "./known-hosts.ts";
import { createSshHost } from "./ssh.ts";
import { startSshd, whatSshdLacks, type Sshd } from "./testing/sshd.ts";

const lacking = whatSshdLacks();
if (lacking !== null) console.log(`Left out: keys of hosts (${lacking}).`);

let sshd: Sshd;
/** "SHA256:…", as whoever stands at the host reads it. */
let atTheHost: string;

describe.skipIf(lacking !== null)("the key of a host", () => {
  beforeAll(async () => {
    sshd = await startSshd();
    atTheHost = printed(join(sshd.folder, "host.pub"));
  });
  afterAll(async () => await sshd.stop());

  function consoleOver(configFile: string) {
    const file = ownKnownHosts(mkdtempSync(join(sshd.folder, "c-")));
    const keys = new HostKeys(file, systemClock);
    const at = { destination: "host", configFile };
    const host = createSshHost({ name: "there", ...at, prefix: [], socketDir: null, keys, clock: systemClock });
    return { file, keys, at, run: async () => await host.run(["echo", "hello"], { timeoutMs: 10_000 }) };
  }

  it("that is not known is shown with its type and the fingerprint that ssh-keygen prints on the host", async () => {
    const { run, file } = consoleOver(sshd.configure({ knownHosts: "" }));
    const key = { state: "new", name: "sluice-test", type: "ED25519", fingerprint: atTheHost };
    expect(await run()).toEqual({ ok: false, key, why: expect.stringContaining(`ED25519 ${atTheHost}`) });
    expect(existsSync(file), "to look at it makes it no known one").toBe(false);
  });

  it("is known from the moment of its confirmation, beside the operator's own, in a file for the console alone", async () => {
    const configFile = sshd.configure({ knownHosts: "" });
    const { run, keys, at, file } = consoleOver(configFile);
    expect(await run()).toMatchObject({ ok: false });
    const prepared = await keys.prepare(at, atTheHost);
    expect(existsSync(file), "prepared is not written").toBe(false);
    expect(prepared.ok ? prepared.commit("dana.kim") : prepared.why).toBeNull();
    expect(await run()).toEqual({ ok: true, exitCode: 0, stdout: "hello\n", stderr: "" });
    expect(readFileSync(file, "utf8")).toMatch(/^sluice-test ssh-ed25519 \S+ confirmed by dana\.kim \d{4}-\S+Z\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(execFileSync("ssh-keygen", ["-lf", file], { encoding: "utf8" })).toContain(atTheHost);
    expect(readFileSync(`${configFile}-known`, "utf8"), "the operator's own is left alone").toBe("");
    expect(await keys.prepare(at, atTheHost)).toMatchObject({
      ok: false,
      why: expect.stringContaining("known already"),
    });
  });

  it("of the operator's own files counts on after another one was confirmed here", async () => {
    const other = consoleOver(sshd.configure());
    writeFileSync(other.file, `elsewhere ${sshd.knownHosts.split(" ").slice(1).join(" ")}`);
    expect(await other.run()).toMatchObject({ ok: true });
  });

  it("is written only if it has the fingerprint that was confirmed", async () => {
    const { keys, at, file } = consoleOver(sshd.configure({ knownHosts: "" }));
    const stranger = printed(`${newKey("ed25519")}.pub`);
    const why = expect.stringContaining(`shows ED25519 ${atTheHost} now, and ${stranger} was confirmed`);
    expect(await keys.prepare(at, stranger)).toEqual({ ok: false, why });
    expect(existsSync(file)).toBe(false);
  });

  it.each(["ed25519", "ecdsa"] as const)(
    "that changed is never confirmed, also where the known one is an %s key: file, line and remedy are told",
    async (type) => {
      const old = readFileSync(`${newKey(type)}.pub`, "utf8");
      const configFile = sshd.configure({ knownHosts: `# ours\nsluice-test ${old}` });
      const { run, keys, at, file } = consoleOver(configFile);
      const told = `${configFile}-known, line 2: somebody may stand in between`;
      const refused = await keys.prepare(at, atTheHost);
      expect(refused).toEqual({ ok: false, why: expect.stringContaining(told) });
      expect(refused).toMatchObject({
        why: expect.stringMatching(/only then take the old one out, ssh-keygen -R 'sluice-test' -f \S+-known$/),
      });
      expect(await run()).toMatchObject({ ok: false, key: { state: "changed" }, why: expect.stringContaining(told) });
      expect(existsSync(file)).toBe(false);
      // The remedy that is told is one.
      execFileSync("ssh-keygen", ["-R", "sluice-test", "-f", `${configFile}-known`], { stdio: "ignore" });
      expect(await keys.prepare(at, atTheHost)).toMatchObject({ ok: true });
    },
  );

  it("that is revoked is never confirmed, and one under a hashed name is found", async () => {
    const line = sshd.knownHosts;
    const revoked = consoleOver(sshd.configure({ knownHosts: `@revoked ${line}` }));
    expect(await revoked.keys.prepare(revoked.at, atTheHost)).toMatchObject({
      ok: false,
      why: expect.stringMatching(/revoked in \S+-known, line 1/),
    });
    const configFile = sshd.configure({
      knownHosts: `sluice-test ${readFileSync(`${newKey("ed25519")}.pub`, "utf8")}`,
    });
    execFileSync("ssh-keygen", ["-H", "-f", `${configFile}-known`], { stdio: "ignore" });
    const hashed = consoleOver(configFile);
    expect(await hashed.keys.look(hashed.at)).toMatchObject({ state: "changed", where: { line: 1 } });
  });

  it("behind a jump host is fetched through it, and told by hand where the jump host's own is not known", async () => {
    const plain = readFileSync(sshd.configure({ knownHosts: "" }), "utf8");
    const known = join(sshd.folder, "jump-known");
    writeFileSync(known, `jump ${sshd.knownHosts.split(" ").slice(1).join(" ")}`);
    const jump = (file: string): string => {
      const text = plain
        .replace("Host host", "Host jump")
        .replace("HostKeyAlias sluice-test", "HostKeyAlias jump")
        .replace(/UserKnownHostsFile .*/, `UserKnownHostsFile ${file}`);
      const path = join(sshd.folder, `behind-${file === known ? "known" : "unknown"}`);
      writeFileSync(path, `${plain}  ProxyJump jump\n${text}`);
      return path;
    };
    const reached = consoleOver(jump(known));
    expect(await reached.keys.prepare(reached.at, atTheHost)).toMatchObject({ ok: true });
    const barred = consoleOver(jump("/dev/null"));
    expect(await barred.keys.look(barred.at)).toEqual({
      ok: false,
      why: expect.stringMatching(/by way of jump, whose own host key is not known.*ssh jump/),
    });
  });

  it("of a host that does not answer is not made up", async () => {
    const { keys, at } = consoleOver(sshd.configure({ knownHosts: "", port: 1 }));
    expect(await keys.prepare(at, atTheHost)).toMatchObject({ ok: false, why: expect.stringContaining("refuses") });
  });
});

function newKey(type: string): string {
  const file = join(mkdtempSync(join(sshd.folder, "k-")), "key");
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", file]);
  return file;
}

function printed(publicKey: string): string {
  const told = execFileSync("ssh-keygen", ["-lf", publicKey], { encoding: "utf8" });
  return /SHA256:\S+/.exec(told)?.[0] ?? "";
}
