/** A release is brought to a host by a real sshd, over a line that is cut; and what may not lie there holds a run. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StagingHost } from "#lib/wire/views.ts";
import { createSshHost } from "#server/hosts/ssh.ts";
import { startCutLine, startSshd, whatSshdLacks, type CutLine, type Sshd } from "#server/hosts/testing/sshd.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import { aRequest } from "../shared/testing/plans.ts";
import { starRocksConfig } from "./config.ts";
import { createStarRocksDriver } from "./driver.ts";
import { systemClock } from "./testing/console.ts";

const lacking = whatSshdLacks();
if (lacking !== null) console.log(`Left out: releases over SSH (${lacking}).`);
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const TARGET = "4.0.7";
/** What the package is padded with, so that there is a middle to be cut in. */
const PADDING_BYTES = 24 * 1024 * 1024;

describe.skipIf(lacking !== null)("a release on the console's machine", () => {
  let twin: Twin;
  let sshd: Sshd;
  let line: CutLine;
  let releases: string;
  let folder: string;
  let file: string;
  let driver: Driver;

  beforeAll(async () => {
    [twin, sshd] = await Promise.all([
      startTwin({ frontends: 1, backends: 1, computeNodes: 0, version: "3.5.7", artifacts: [TARGET] }),
      startSshd(),
    ]);
    line = await startCutLine(sshd.port);
    folder = join(twin.root, "packages");
    file = join(folder, `StarRocks-${TARGET}-ubuntu-amd64.tar.gz`);
    const made = join(twin.root, "made", `StarRocks-${TARGET}-ubuntu-amd64`);
    cpSync(join(twin.root, "artifacts", `StarRocks-${TARGET}`), made, { recursive: true });
    mkdirSync(join(made, "apache_hdfs_broker"));
    writeFileSync(join(made, "be", "lib", "padding"), randomBytes(PADDING_BYTES));
    mkdirSync(folder);
    execFileSync("tar", ["-czf", file, "-C", join(twin.root, "made"), `StarRocks-${TARGET}-ubuntu-amd64`]);
  }, 120_000);
  afterAll(async () => {
    await line?.close();
    await twin?.stop();
    await sshd?.stop();
  });
  beforeEach(() => {
    releases = join(twin.root, "releases");
    driver = driverWith();
  });
  afterEach(async () => {
    await driver.close();
    rmSync(releases, { recursive: true, force: true });
    rmSync(`${file}.sha256`, { force: true });
  });

  /** Two names of one machine, as a cluster has them whose hosts share a disk. */
  function driverWith(packages: Readonly<Record<string, unknown>> = {}, prefix: readonly string[] = []): Driver {
    const configFile = sshd.configure({ port: line.port });
    const config = starRocksConfig.parse({
      id: "twin",
      name: "twin",
      system: "starrocks",
      frontends: [`${twin.node("fe-01").host}:9030`],
      account: { user: "root", password: `file:${join(twin.root, "password")}` },
      hosts: ["one", "two"].map((name) => ({ name, kind: "ssh", destination: "host", configFile, prefix })),
      nodes: Object.fromEntries(
        twin.nodes.map(({ name, host, role, home }) => [
          `${host}:${role === "fe" ? 9010 : 9050}`,
          { name, host: role === "fe" ? "one" : "two", home },
        ]),
      ),
      install: { strategy: "swap", artifacts: releases, packages: { folder, ...packages } },
    });
    return createStarRocksDriver(config, {
      clock: systemClock,
      log,
      sent: () => undefined,
      stateDir: null,
      connectHost: ({ name, prefix: before }) =>
        createSshHost({
          name,
          destination: "host",
          configFile,
          prefix: before,
          socketDir: sshd.folder,
          clock: systemClock,
        }),
    });
  }

  async function staged(told: (hosts: readonly StagingHost[]) => void = () => undefined) {
    const { signal } = new AbortController();
    return await driver.stage?.(TARGET, "act-1", told, signal);
  }

  async function present(): Promise<readonly string[]> {
    const { signal } = new AbortController();
    const request = aRequest({ kind: "upgrade", targetVersion: TARGET, nodeIds: ["be-01"] });
    const plan = await driver.plan(request, signal);
    if (!plan.ok) throw new Error(plan.why);
    const checks = await driver.preflight(plan.value, signal);
    return checks
      .filter(({ id }) => id === "artifact-present")
      .map(({ verdict, severity, evidence, remedy }) => [verdict, severity, evidence, remedy].join(" | "));
  }

  it("is offered before it lies on any host, and a plan with it is held back until it does", async () => {
    const versions = await driver.versions(new AbortController().signal);
    expect(versions).toMatchObject({
      value: [{ version: TARGET, on: [], package: `StarRocks-${TARGET}-ubuntu-amd64.tar.gz` }],
    });
    expect(await present()).toEqual([
      expect.stringMatching(
        /^fail \| blocks \| .* holds no be of 4\.0\.7.*\| Bring it to the hosts.*sluice stage twin/,
      ),
    ]);
    expect(await staged()).toMatchObject({ ok: true, value: [{ at: "done" }, { at: "done" }] });
    expect(await present()).toEqual([expect.stringMatching(/^pass \| blocks \| .* says 4\.0\.7/)]);
    expect(readdirSync(join(releases, TARGET)).toSorted()).toEqual(
      [
        ".sluice-package",
        "apache_hdfs_broker",
        ...readdirSync(join(twin.root, "artifacts", `StarRocks-${TARGET}`)),
      ].toSorted(),
    );
    expect(readdirSync(join(releases, ".sluice")), "nothing of the way it came is left").toEqual([]);
    expect(await staged(), "asked again it is there").toMatchObject({
      value: [{ at: "done", said: expect.stringContaining("lay there already") }, { at: "done" }],
    });
  }, 60_000);

  it("comes whole over a line that is cut midway again and again, and goes on where it stopped", async () => {
    const total = Buffer.byteLength(readFileSync(file));
    const starts: number[] = [];
    let last = Number.NaN;
    let cuts = 0;
    const answer = await staged((hosts) => {
      const at = Math.max(...hosts.map(({ sentBytes }) => sentBytes));
      if (at !== last && at < last) starts.push(at);
      last = at;
      // Each time some more of it came.
      if (cuts < 3 && at > ((cuts + 1) * total) / 4 && at < total) {
        cuts += 1;
        line.cut();
      }
    });
    expect(cuts).toBe(3);
    expect(answer).toMatchObject({ ok: true, value: [{ at: "done", ofBytes: total }, { at: "done" }] });
    expect(starts.length).toBeGreaterThan(1);
    expect(Math.max(...starts), "it was taken up, not begun again").toBeGreaterThan(total / 4);
    const sum = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
    expect(sum(join(releases, TARGET, "be/lib/padding"))).toBe(
      sum(join(twin.root, "made", `StarRocks-${TARGET}-ubuntu-amd64`, "be/lib/padding")),
    );
    expect(await present()).toEqual([expect.stringMatching(/^pass/)]);
  }, 120_000);

  it("that came before and was changed since holds the run, and is never written over", async () => {
    expect(await staged()).toMatchObject({ ok: true });
    appendFileSync(join(releases, TARGET, "be/lib/padding"), "x");
    expect(await present()).toEqual([expect.stringMatching(/^fail \| blocks \| .*was changed since it was unpacked/)]);
    rmSync(join(releases, TARGET, ".sluice-package"));
    expect(await staged()).toMatchObject({
      value: [{ at: "failed", said: expect.stringContaining("was not put there by a console") }, { at: "failed" }],
    });
    expect(existsSync(join(releases, TARGET, "be/lib/padding"))).toBe(true);
  }, 60_000);

  it("that does not sum up to what is written of it goes nowhere", async () => {
    const wrong = "0".repeat(64);
    const refused = { ok: false, why: expect.stringContaining(`says ${wrong}: nothing is copied`) };
    writeFileSync(`${file}.sha256`, `${wrong}  ${file}\n`);
    expect(await staged()).toEqual(refused);
    rmSync(`${file}.sha256`);
    await driver.close();
    driver = driverWith({ sha256: { [TARGET]: wrong } });
    expect(await staged()).toEqual(refused);
    expect(existsSync(releases)).toBe(false);
  });

  it("for which there is no room is not begun; the bytes that are missing are told", async () => {
    await driver.close();
    // The host's own df, with a disk that is nearly full.
    const bin = join(twin.root, "full");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "df"), "#!/bin/sh\necho head\necho disk 100 90 10240 90% /\n", { mode: 0o755 });
    driver = driverWith({}, ["env", `PATH=${bin}:${process.env["PATH"] ?? ""}`]);
    const said = expect.stringMatching(/takes \d+ MB to copy and unpack, and .* has 10 MB: free \d+ MB there/);
    expect(await staged()).toMatchObject({
      value: [
        { at: "failed", said },
        { at: "failed", said },
      ],
    });
    expect(existsSync(join(releases, TARGET))).toBe(false);
  });
});
