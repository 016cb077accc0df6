/** The checks against processes, files and scripts that are there: what a told cluster cannot show. */
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Check } from "#lib/run/check.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import { systemClock, testConsole } from "./testing/console.ts";
import { aRequest } from "./testing/site-driver.ts";

const { signal } = new AbortController();
const file = z.object({ clusters: z.tuple([z.record(z.string(), z.unknown())]) });
let twin: Twin;
let driver: Driver;
let section: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  twin = await startTwin({
    frontends: 1,
    backends: 1,
    computeNodes: 0,
    version: "4.0.7",
    artifacts: ["4.0.7", "4.0.8"],
  });
  [section] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
  driver = open({});
});
afterAll(async () => {
  await driver?.close();
  await twin?.stop();
});

function open(change: Readonly<Record<string, unknown>>): Driver {
  const made = testConsole({ ...section, ...change }, join(twin.root, "console"), ({ name, prefix }) =>
    createLocalHost({ name, prefix, clock: systemClock }),
  );
  return made.open();
}

async function failing(asked: Driver = driver): Promise<readonly Check[]> {
  const plan = await asked.plan(aRequest("4.0.8"), signal);
  if (!plan.ok) throw new Error(plan.why);
  const checks = await asked.preflight(plan.value, signal);
  return checks.filter(({ verdict }) => verdict !== "pass");
}

/** Of one FE and one BE, none can leave, whatever else holds. */
const ALWAYS = new Set(["quorum", "last-serving", "lone-replicas"]);

async function found(asked: Driver = driver): Promise<readonly Check[]> {
  return (await failing(asked)).filter(({ id }) => !ALWAYS.has(id));
}

const home = (name: string): string => twin.node(name).home;

describe("on hosts and FEs that are there", () => {
  it("everything is answered, and nothing else is found", async () => {
    expect(await found()).toEqual([]);
  });

  it("storage that was moved into lib is found, through its link", async () => {
    const [inside, outside] = [join(home("be-01"), "lib/storage"), join(home("be-01"), "storage")];
    renameSync(outside, inside);
    symlinkSync(inside, outside);
    const checks = await found();
    rmSync(outside);
    renameSync(inside, outside);
    expect(checks).toMatchObject([{ id: "data-outside", nodeId: "be-01", verdict: "fail" }]);
    expect(checks[0]?.remedy).toContain(`mv ${inside}`);
  });

  it("a storage_root_path of several, one of them inside bin", async () => {
    const conf = join(home("be-01"), "conf/be.conf");
    const before = readFileSync(conf, "utf8");
    mkdirSync(join(home("be-01"), "bin/cold"));
    writeFileSync(conf, `${before}\nstorage_root_path = /data1,medium:ssd;\${STARROCKS_HOME}/bin/cold,medium:hdd\n`);
    const checks = await found();
    writeFileSync(conf, before);
    rmSync(join(home("be-01"), "bin/cold"), { recursive: true });
    expect(checks.map(({ id, evidence }) => `${id}: ${evidence}`).join()).toMatch(
      /data-outside: storage_root_path is .*bin\/cold/,
    );
  });

  it("a pid file that is gone, with the line that brings it back", async () => {
    const pidFile = join(home("be-01"), "bin/be.pid");
    const pid = readFileSync(pidFile, "utf8");
    rmSync(pidFile);
    const checks = await found();
    writeFileSync(pidFile, pid);
    expect(checks).toMatchObject([{ id: "process-seen", remedy: `echo ${pid.trim()} > ${pidFile}` }]);
  });

  it("files that were replaced under a running node", async () => {
    const version = join(home("be-01"), "lib/version");
    const before = readFileSync(version, "utf8");
    writeFileSync(version, "4.0.6-70d1c24\n");
    const checks = await found();
    writeFileSync(version, before);
    expect(checks).toMatchObject([{ id: "files-and-process", severity: "needsReason" }]);
  });

  it("a Java that is too old, as it says itself", async () => {
    const old = join(twin.root, "jdk8/bin");
    mkdirSync(old, { recursive: true });
    const java = readFileSync(join(twin.root, "jdk/bin/java"), "utf8");
    writeFileSync(join(old, "java"), java.replace(/version "[\d.]+"/, 'version "1.8.0_392"'), { mode: 0o755 });
    const other = open({ javaHome: join(twin.root, "jdk8") });
    const checks = await found(other);
    await other.close();
    expect(checks).toMatchObject([{ id: "java", nodeId: "fe-01" }]);
  });

  it("a prefix that asks for a password, with the line for sudoers, and nothing else of that host", async () => {
    const asking = join(twin.root, "sudo");
    writeFileSync(asking, "#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n", { mode: 0o755 });
    const other = open({ hosts: [{ name: "local", kind: "local", prefix: [asking] }] });
    const checks = await found(other);
    await other.close();
    expect(new Set(checks.map(({ id }) => id))).toEqual(new Set(["host-answers"]));
    expect(checks[0]?.remedy).toContain("/etc/sudoers.d/sluice");
  });
});
