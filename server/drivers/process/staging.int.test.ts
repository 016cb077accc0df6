/**
 * A release of a plain program is brought onto two machines before it is planned, by the section of docs/systems/process.md:
 * onto one as it is, onto the other, which has a disk of its own, by a real sshd over a line that is cut.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan } from "#lib/run/plan.ts";
import type { StagingHost } from "#lib/wire/views.ts";
import { systemClock } from "#server/clock.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import { createSshHost } from "#server/hosts/ssh.ts";
import { startCutLine, startSshd, whatSshdLacks, type CutLine, type Sshd } from "#server/hosts/testing/sshd.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { until } from "#server/testing/ports.ts";
import { installOf } from "../servers/testing/example.ts";
import { aRequest } from "../shared/testing/plans.ts";
import { processConfig } from "./config.ts";
import { createProcessDriver } from "./driver.ts";
import { depsFor, makeSite, serves, type Site } from "./testing/site.ts";

const { signal } = new AbortController();
const clock = systemClock;
const BIG = "1.2.0";
const SMALL = "1.3.0";
const MEGABYTE = 1024 * 1024;
/** What the big one is padded with, so that there is a middle to be cut in. */
const PADDING_BYTES = 8 * MEGABYTE;
/** Of what is sent some two megabytes may be on their way; what came is taken up at a whole one. */
const CUT_AT_BYTES = 4.6 * MEGABYTE;
const LEAST_KEPT_BYTES = MEGABYTE;

const lacks = whatLacks();
if (lacks !== null) describe("a release of a program", () => it.skip(lacks, () => undefined));
else describe("a release of a program", () => program());

function whatLacks(): string | null {
  const tried = spawnSync("unshare", ["--mount", "true"]);
  if (tried.error !== undefined || tried.status !== 0) return "no mount namespace may be made here; run as root";
  return whatSshdLacks();
}

function program(): void {
  let sshd: Sshd;
  let line: CutLine;
  let site: Site;
  /** As both machines call it, and the second one's own disk. */
  let releases: string;
  let otherDisk: string;
  let packages: string;
  let configFile: string;
  const drivers: Driver[] = [];
  /** Both from here, and the second one by SSH. */
  let driver: Driver;
  let overSsh: Driver;
  /** Of an upgrade of both, to whichever version. */
  let plan: Plan;

  beforeAll(async () => {
    sshd = await startSshd();
    line = await startCutLine(sshd.port);
    configFile = sshd.configure({ port: line.port });
    site = await makeSite({
      names: ["app-1", "app-2"],
      hostOf: ({ name }) => (name === "app-1" ? "here" : "there"),
      section: async ([first]) => {
        const folder = dirname(first?.home ?? "");
        releases = join(folder, "releases");
        packages = join(folder, "packages");
        return await Promise.resolve({
          hosts: [
            { name: "here", kind: "local" },
            { name: "there", kind: "ssh", destination: "host" },
          ],
          install: installOf("process.md", [
            ["/srv/shop/releases", releases],
            ["/srv/packages/shop", packages],
          ]),
        });
      },
    });
    otherDisk = join(site.folder, "other-disk");
    cpSync(releases, otherDisk, { recursive: true });
    mkdirSync(packages);
    pack(`shop-${BIG}.tar.gz`, BIG, `shop-${BIG}`, (folder) => {
      cpSync(join(releases, "1.1.0"), folder, { recursive: true });
      writeFileSync(join(folder, ".env"), "A=1\n");
      writeFileSync(join(folder, "padding"), randomBytes(PADDING_BYTES));
      ownSums(folder, ["server.mjs", "padding"]);
    });
    pack(`shop-api_${SMALL}_linux.tgz`, SMALL, ".", (folder) => {
      mkdirSync(join(folder, "bin"));
      writeFileSync(join(folder, "bin/app"), randomBytes(2 * MEGABYTE));
    });
    pack("shop-1.4.0.tar", "1.4.0", "shop", (folder) => {
      writeFileSync(join(folder, "app"), "as it was");
      ownSums(folder, ["app"]);
      appendFileSync(join(folder, "app"), ", and more");
    });
    [driver, overSsh] = [driverWith(), driverWith({ ssh: true })];
    const made = await driver.plan(aRequest({ kind: "upgrade", targetVersion: BIG }), signal);
    if (!made.ok) throw new Error(made.why);
    plan = made.value;
  }, 60_000);
  afterAll(async () => {
    for (const each of drivers) await each.close();
    await line?.close();
    await site?.stop();
    await sshd?.stop();
  });

  /** `top`: the folder around it all; with "." there is none. */
  function pack(file: string, version: string, top: string, fill: (folder: string) => void): void {
    const made = join(site.folder, "made", version);
    const folder = join(made, top);
    mkdirSync(folder, { recursive: true });
    fill(folder);
    execFileSync("tar", [file.endsWith(".tar") ? "-cf" : "-czf", join(packages, file), "-C", made, top]);
  }

  type Way = {
    readonly sha256?: Readonly<Record<string, string>>;
    readonly prefix?: readonly string[];
    readonly ssh?: boolean;
  };

  function driverWith({ sha256 = {}, prefix = [], ssh = false }: Way = {}): Driver {
    const install = { ...site.config.install, packages: { folder: packages, sha256 } };
    const mounted = 'mount --bind "$0" "$1" && shift && exec "$@"';
    const onOtherDisk = ["unshare", "--mount", "/bin/sh", "-c", mounted, otherDisk, releases, ...prefix];
    const way = { destination: "host", configFile, socketDir: sshd.folder };
    const made = createProcessDriver(processConfig.parse({ ...site.section, install }), {
      ...depsFor([]),
      connectHost: ({ name }) => {
        const words = { name, prefix: name === "here" ? prefix : onOtherDisk, clock };
        return name === "there" && ssh ? createSshHost({ ...words, ...way }) : createLocalHost(words);
      },
    });
    drivers.push(made);
    return made;
  }

  type Told = (hosts: readonly StagingHost[]) => void;

  async function staged(version: string, by: Driver = driver, told: Told = () => undefined) {
    return await by.stage?.(version, `act ${version}`, told, signal);
  }

  /** What is asked of the release before a run. */
  async function asked(version: string, ...ids: readonly string[]): Promise<readonly string[]> {
    const checks = await driver.preflight({ ...plan, targetVersion: version }, signal);
    return checks
      .filter(({ id }) => ids.includes(id))
      .map(({ verdict, severity, evidence, remedy }) => [verdict, severity, evidence, remedy].join(" | "));
  }

  it("is offered before it lies anywhere, comes over a line that is cut, goes on where it stopped, and is run", async () => {
    const file = `shop-${BIG}.tar.gz`;
    const missing = ["app-1", "app-2"].map((nodeId, index) => ({
      nodeId,
      why: `${releases} on ${index === 0 ? "here" : "there"} holds no ${BIG}`,
    }));
    expect(await driver.versions(signal)).toMatchObject({
      value: expect.arrayContaining([{ version: BIG, on: [], missingOn: missing, checksums: [], package: file }]),
    });
    const bring = new RegExp(
      `^fail \\| blocks \\| .* holds no ${BIG} \\| Bring it to the hosts.*sluice stage shop ${BIG},`,
    );
    expect(await asked(BIG, "artifact-present")).toEqual([expect.stringMatching(bring), expect.stringMatching(bring)]);

    const seen: number[] = [];
    const answer = await staged(BIG, overSsh, (hosts) => {
      const at = hosts.find(({ host }) => host === "there")?.sentBytes ?? 0;
      const isFirst = seen.every((before) => before <= CUT_AT_BYTES);
      seen.push(at);
      if (isFirst && at > CUT_AT_BYTES) line.cut();
    });
    expect(answer).toMatchObject({
      ok: true,
      value: [
        { host: "here", at: "done" },
        { host: "there", at: "done" },
      ],
    });
    const again = seen.find((at, index) => at < (seen[index - 1] ?? 0));
    expect(again, "it was taken up, not begun again").toBeGreaterThan(LEAST_KEPT_BYTES);
    for (const disk of [releases, otherDisk]) {
      expect(readdirSync(join(disk, BIG)).toSorted(), "without the folder around it").toEqual(
        [".sluice-package", ...readdirSync(join(site.folder, "made", BIG, `shop-${BIG}`))].toSorted(),
      );
      expect(sumOf(join(disk, BIG, "padding"))).toBe(sumOf(join(site.folder, "made", BIG, `shop-${BIG}`, "padding")));
      expect(readdirSync(join(disk, ".sluice")), "nothing of the way it came is left").toEqual([]);
    }

    expect(await staged(BIG), "asked again it is there").toMatchObject({
      value: [{ said: expect.stringContaining("lay there already") }, { at: "done" }],
    });

    rmSync(join(otherDisk, BIG, ".sluice-package"));
    const passes = expect.stringMatching(/^pass \|/);
    expect(await asked(BIG, "artifact-present", "artifacts-agree"), "whoever unpacked it by hand has the same").toEqual(
      [passes, passes, passes],
    );
    expect(await driver.install("install app-1", "app-1", BIG, signal)).toMatchObject({ outcome: "done" });
    expect(await driver.start("start app-1", "app-1", signal)).toMatchObject({ outcome: "done" });
    await until("it serves", async () => await serves(site.backend("app-1")));
    expect((await driver.readNode("app-1", true, signal)).version?.value).toBe(BIG);
  }, 60_000);

  it("that was changed since it came holds a run, and what its program writes beside does not", async () => {
    expect(await staged(SMALL)).toMatchObject({ value: [{ at: "done" }, { at: "done" }] });
    const [here, there] = [releases, otherDisk].map((disk) => join(disk, SMALL, "bin/app"));
    expect(existsSync(here ?? "") && existsSync(there ?? ""), "a program's own folder stays").toBe(true);
    writeFileSync(join(dirname(here ?? ""), "app.log"), "served\n");
    appendFileSync(there ?? "", "x");
    expect(await asked(SMALL, "artifact-present")).toEqual([
      expect.stringMatching(/^pass/),
      expect.stringMatching(`^fail \\| blocks \\| ${join(releases, SMALL)} on there was changed since it was unpacked`),
    ]);
    rmSync(join(releases, SMALL, ".sluice-package"));
    expect(await staged(SMALL), "and is never written over").toMatchObject({
      value: [{ at: "failed", said: expect.stringContaining("was not put there by a console") }, { at: "done" }],
    });
    for (const disk of [releases, otherDisk]) rmSync(join(disk, SMALL), { recursive: true });
  });

  it("that is not what its own sums say is not put in place", async () => {
    const failed = {
      at: "failed",
      said: expect.stringMatching(/exit 66\): the package is not what its own SHA256SUMS says: app: FAILED/),
    };
    expect(await staged("1.4.0")).toMatchObject({ value: [failed, failed] });
    for (const disk of [releases, otherDisk]) {
      expect(existsSync(join(disk, "1.4.0"))).toBe(false);
      expect(readdirSync(join(disk, ".sluice")), "nor kept").toEqual(["run"]);
    }
  });

  it("that does not sum up to what is written of it goes nowhere", async () => {
    const wrong = "0".repeat(64);
    const other = driverWith({ sha256: { [SMALL]: wrong } });
    const why = expect.stringContaining(`the cluster's configuration says ${wrong}: nothing is copied`);
    expect(await staged(SMALL, other)).toEqual({ ok: false, why });
  });

  it("for which there is no room is not begun", async () => {
    const bin = join(site.folder, "full");
    mkdirSync(bin);
    writeFileSync(join(bin, "df"), "#!/bin/sh\necho head\necho disk 100 90 1024 90% /\n", { mode: 0o755 });
    const other = driverWith({ prefix: ["env", `PATH=${bin}:${process.env["PATH"] ?? ""}`] });
    const failed = {
      at: "failed",
      said: expect.stringMatching(/takes \d MB to copy and unpack, and .* has 1 MB: free \d MB there/),
    };
    expect(await staged(SMALL, other)).toMatchObject({ value: [failed, failed] });
    for (const disk of [releases, otherDisk]) expect(existsSync(join(disk, SMALL))).toBe(false);
  });
}

function ownSums(folder: string, files: readonly string[]): void {
  const sums = files.map((file) => `${sumOf(join(folder, file))}  ${file}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
}

function sumOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
