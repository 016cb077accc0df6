/** The configuration on disk, and the clusters that follow it: by the console, by a person with an editor, by both. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { NOBODY } from "#lib/people/rights.ts";
import type { Loan } from "#lib/run/loan.ts";
import { POLICY } from "#lib/run/testing/plan.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import type { ConnectionReport, Section } from "#lib/wire/configuration.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createTranscript } from "#server/observer/transcript.ts";
import type { Driver, History, Journal, LoanOutcome, Log } from "#server/orchestrator/ports.ts";
import { createManualClock, type ManualClock } from "#server/orchestrator/testing/manual-clock.ts";
import { createScriptedCluster } from "#server/orchestrator/testing/scripted-cluster.ts";
import type { Caller } from "#server/services/may.ts";
import { createServices } from "#server/services/create-services.ts";
import type { Reply, Services } from "#server/services/services.ts";
import { starRocksConfig } from "../drivers/starrocks/config.ts";
import { parseConfig } from "../config.ts";
import { openConfigFile } from "./config-file.ts";
import { createConfiguration } from "./configuration.ts";
import { createSecretFiles } from "./secret-files.ts";

const ann: Caller = { kind: "person", id: "ann", via: "browser", role: "approver" };
const SHOWN = `SHA256:${"k".repeat(43)}`;
const SECRET = "hunter2-of-the-night";
const HEAD = "# ours\nconsole:\n  data: ./data\n";
const section = (id: string, more: Section = {}): Section => ({
  id,
  name: id.toUpperCase(),
  system: "starrocks",
  frontends: ["10.0.0.1:9030"],
  account: { user: "sluice" },
  ...more,
});
const REPORT: ConnectionReport = { tookMs: 1, unfinished: false, cluster: null, findings: [] };
const history: History = { append: () => undefined, query: async () => [], close: async () => undefined };

let folder: string;
let file: string;
let clock: ManualClock;
let journal: Journal;
let services: Services;
let logged: string[];
let opened: string[];
let closed: string[];
let giveBack: (() => Promise<LoanOutcome>) | null;
let tried: { readonly user: string; readonly password: string | null }[];
let confirmed: string[];
let changes: string[];
let close: () => void = () => undefined;

const note = (message: string, fields?: Readonly<Record<string, unknown>>): void =>
  void logged.push(`${message} ${JSON.stringify(fields ?? {})}`);
const log: Log = { info: note, warn: note, error: note };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-clusters-"));
  mkdirSync(join(folder, "data"), { mode: 0o700 });
  file = join(folder, "sluice.yaml");
  clock = createManualClock(1_000_000);
  journal = createMemoryJournal();
  giveBack = null;
  [logged, opened, closed, tried, changes, confirmed] = [[], [], [], [], [], []];
});
afterEach(async () => {
  close();
  await services?.stop();
  rmSync(folder, { recursive: true });
});

async function start(text: string, readOnly: string | null = null): Promise<void> {
  writeFileSync(file, text);
  const read = (changed: string): ReturnType<typeof parseConfig<ReturnType<typeof starRocksConfig.parse>>> =>
    parseConfig(changed, folder, {}, starRocksConfig);
  const first = read(text);
  if (!first.ok) throw new Error(JSON.stringify(first.problems));
  const configuration = createConfiguration(
    { text, config: first.config },
    {
      file: { ...openConfigFile(file), ...(readOnly === null ? {} : { readOnly: () => readOnly }) },
      parse: read,
      secrets: createSecretFiles(join(folder, "data"), folder),
      open: ({ id, name, account }) => {
        opened.push(`${id} ${account.user} ${account.password ?? "-"}`);
        const { driver } = createScriptedCluster(clock);
        const lent = giveBack;
        const mine: Driver = {
          ...driver,
          close: async () => void closed.push(id),
          ...(lent === null ? {} : { giveBack: () => giveBack?.() ?? lent() }),
        };
        const observer = createObserver({ clusterId: id, driver: mine, history, clock, log, random: () => 0.5 });
        return { id, name, driver: mine, observer, transcript: createTranscript(3) };
      },
      prepareHostKey: async ({ id }, host, fingerprint) => {
        if (fingerprint !== SHOWN) return { ok: false, because: "refused", why: `${host} shows ${SHOWN} now.` };
        const commit = (who: string): string | null => {
          confirmed.push(`${who} ${host}`);
          return null;
        };
        return {
          ok: true,
          clusterId: id,
          shown: `ED25519 ${SHOWN}`,
          name: "[10.0.0.4]:2222",
          destination: host,
          commit,
        };
      },
      test: async ({ account }, password) => {
        tried.push({ user: account.user, password });
        return REPORT;
      },
      log,
    },
  );
  close = configuration.close;
  services = createServices({
    clusters: [],
    configuration,
    people: { holders: () => NOBODY },
    journal,
    history,
    clock,
    log,
    owner: "console-1",
  });
  services.onClusterChange((id) => changes.push(id));
  await services.start();
  await clock.advance(3000);
}

function valueOf<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Error(reply.refusal.reason);
  return reply.value;
}
const onDisk = (): string => readFileSync(file, "utf8");
const view = async () => valueOf(await services.viewConfiguration(ann));
const revisionOf = async (id: string): Promise<string> =>
  (await view()).clusters.find((each) => each.id === id)?.revision ?? "";
const listed = async (): Promise<readonly string[]> => valueOf(await services.listClusters(ann)).map(({ id }) => id);
const soon = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 50 });
const change = async (id: string, more: Section, password: string | null = null): Promise<Reply<{ id: string }>> =>
  services.changeCluster(ann, id, { section: section(id, more), password, revision: await revisionOf(id) });

async function startRun(id: string): Promise<string> {
  const request: PlanRequestBody = {
    kind: "restart",
    targetVersion: null,
    nodeIds: ["be-1"],
    policy: { ...POLICY, approval: "every" },
    drainLimitMs: null,
    exitLimitMs: {},
    leaderExit: "graceful",
    isolate: true,
    reason: "",
  };
  return valueOf(await services.startRun(ann, id, { request, confirm: id.toUpperCase(), overrides: [] })).runId;
}

describe("clusters from the browser", () => {
  it("begin with none, and each is watched as soon as it is added; the file and the export say the same", async () => {
    await start(HEAD);
    expect(await view()).toMatchObject({ clusters: [], readOnly: null, problems: [] });
    valueOf(await services.addCluster(ann, { section: section("a"), password: null }));
    valueOf(await services.addCluster(ann, { section: section("b"), password: null }));
    await clock.advance(3000);
    expect(await listed()).toEqual(["a", "b"]);
    expect(valueOf(await services.viewCluster(ann, "a"))).toMatchObject({ name: "A", owned: true });
    expect((await view()).yaml).toBe(onDisk());
    expect(onDisk().startsWith(HEAD)).toBe(true);
    expect(parse(onDisk())).toMatchObject({ clusters: [section("a"), section("b")] });
    expect(changes).toEqual(["a", "b"]);
    const acts = valueOf(await services.audit(ann, "a"));
    expect(acts).toMatchObject([{ actor: { id: "ann" }, clusterId: "a", what: "added cluster a" }]);
  });

  it("tell each mistake by its field, keep nothing then, and never change an id", async () => {
    await start(HEAD);
    const wrong = { ...section("a"), frontends: ["10.0.0.1"], account: { user: "" } };
    const answer = await services.addCluster(ann, { section: wrong, password: SECRET });
    expect(answer).toMatchObject({
      ok: false,
      because: "invalid",
      problems: [{ field: "frontends[0]" }, { field: "account.user" }],
    });
    expect(onDisk()).toBe(HEAD);
    expect(readdirSync(join(folder, "data", "secrets"))).toEqual([]);
    valueOf(await services.addCluster(ann, { section: section("a"), password: null }));
    const revision = await revisionOf("a");
    const renamed = await services.changeCluster(ann, "a", { section: section("z"), password: null, revision });
    expect(renamed).toMatchObject({ because: "invalid", problems: [{ field: "id" }] });
    const twice = await services.addCluster(ann, { section: section("a"), password: null });
    expect(twice).toMatchObject({ because: "invalid", problems: [{ field: "id" }, { field: "name" }] });
  });

  it("keep a typed password in a file of the console's own, and show, log and note it nowhere", async () => {
    await start(HEAD);
    valueOf(await services.addCluster(ann, { section: section("a"), password: SECRET }));
    const secrets = join(folder, "data", "secrets");
    const [kept = ""] = readdirSync(secrets);
    expect(readFileSync(join(secrets, kept), "utf8")).toBe(`${SECRET}\n`);
    expect(statSync(join(secrets, kept)).mode & 0o777).toBe(0o600);
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
    expect(parse(onDisk())).toMatchObject({ clusters: [{ account: { password: `file:./data/secrets/${kept}` } }] });

    // Left alone it stays; typed anew it is another file, and the old one goes.
    const reference = { user: "sluice", password: `file:./data/secrets/${kept}` };
    valueOf(await change("a", { account: reference, javaHome: "/jdk" }));
    expect(readdirSync(secrets)).toEqual([kept]);
    valueOf(await change("a", { account: reference }, `${SECRET}!`));
    const [next = ""] = readdirSync(secrets);
    expect(next).not.toBe(kept);
    expect(readdirSync(secrets)).toHaveLength(1);
    valueOf(await services.removeCluster(ann, "a", { confirm: "A", revision: await revisionOf("a") }));
    expect(readdirSync(secrets)).toEqual([]);
    const told = JSON.stringify([logged, await view(), await journal.read("audit", 0)]);
    expect(told + onDisk()).not.toContain(SECRET);
    expect(JSON.stringify(await journal.read("audit", 0))).toContain("the password typed anew");
  });

  it("are refused with the remedy where a typed password cannot be kept", async () => {
    await start(HEAD);
    writeFileSync(join(folder, "data", "secrets"), "a file, where the folder should be");
    const answer = await services.addCluster(ann, { section: section("a"), password: SECRET });
    expect(answer).toMatchObject({
      because: "refused",
      refusal: { reason: expect.stringContaining("could not be kept") },
    });
    expect(onDisk()).toBe(HEAD);
  });

  it("are tried with what is typed, and nothing is kept of it", async () => {
    await start(HEAD);
    const { signal } = new AbortController();
    const before = readdirSync(folder).sort();
    valueOf(await services.testConnection(ann, { section: section("a"), password: SECRET }, signal));
    expect(tried).toEqual([{ user: "sluice", password: SECRET }]);
    const wrong = await services.testConnection(
      ann,
      { section: section("a", { frontends: [] }), password: null },
      signal,
    );
    expect(wrong).toMatchObject({ because: "invalid", problems: [{ field: "frontends" }] });
    expect(readdirSync(folder).sort()).toEqual(before);
    expect(onDisk()).toBe(HEAD);
    expect(opened).toEqual([]);
  });

  it("have a host's key confirmed by a named person, who may, by the fingerprint that it shows; the audit says which", async () => {
    await start(HEAD);
    const wish = { section: section("a"), host: "be-01", fingerprint: SHOWN };
    const bob: Caller = { ...ann, id: "bob", role: "operator" };
    expect(await services.confirmHostKey(bob, wish)).toMatchObject({ ok: false, because: "notAllowed" });
    const another = `SHA256:${"z".repeat(43)}`;
    expect(await services.confirmHostKey(ann, { ...wish, fingerprint: another })).toMatchObject({
      because: "refused",
      refusal: { reason: expect.stringContaining(SHOWN) },
    });
    expect(confirmed).toEqual([]);
    expect(await services.confirmHostKey(ann, { ...wish, section: section("a", { frontends: [] }) })).toMatchObject({
      because: "invalid",
    });
    expect(valueOf(await services.confirmHostKey(ann, wish))).toEqual({ host: "be-01", shown: `ED25519 ${SHOWN}` });
    expect(confirmed).toEqual(["ann be-01"]);
    const [newest] = valueOf(await services.audit(ann, null));
    expect(newest).toMatchObject({
      actor: { id: "ann" },
      clusterId: "a",
      what: `confirmed the host key of be-01 as [10.0.0.4]:2222: ED25519 ${SHOWN}`,
    });
    vi.spyOn(journal, "append").mockRejectedValue(new Error("disk full"));
    expect(await services.confirmHostKey(ann, wish)).toMatchObject({ because: "refused" });
    expect(confirmed, "what cannot be written down is not done").toEqual(["ann be-01"]);
  });

  it("are replaced where they stand when they are changed, and the others are left alone", async () => {
    await start(HEAD);
    for (const id of ["a", "b"]) valueOf(await services.addCluster(ann, { section: section(id), password: null }));
    await clock.advance(3000);
    valueOf(await change("a", { account: { user: "other" } }));
    await clock.advance(3000);
    expect(opened).toEqual(["a sluice -", "b sluice -", "a other -"]);
    expect(closed).toEqual(["a"]);
    expect(await listed()).toEqual(["a", "b"]);
    expect(valueOf(await services.audit(ann, "a"))[0]).toMatchObject({ what: "changed cluster a: account.user" });
    expect(valueOf(await services.viewCluster(ann, "a"))).toMatchObject({ owned: true });
  });

  it("stay while a run has not ended, whoever asks; their past stays when they go", async () => {
    await start(HEAD);
    valueOf(await services.addCluster(ann, { section: section("a"), password: null }));
    await clock.advance(3000);
    const runId = await startRun("a");
    const why = "Run a.1 (restart) of A has not ended. Let it end, or abort it.";
    expect(await change("a", { javaHome: "/jdk" })).toMatchObject({ because: "refused", refusal: { reason: why } });
    const revision = await revisionOf("a");
    expect(await services.removeCluster(ann, "a", { confirm: "A", revision })).toMatchObject({
      refusal: { reason: why },
    });
    expect(await services.removeCluster(ann, "a", { confirm: "a", revision })).toMatchObject({ because: "refused" });

    // By hand it goes from the file, and from the console once the run is over.
    writeFileSync(file, HEAD);
    await soon(async () => expect((await view()).leaving).toEqual([{ id: "a", why }]));
    expect(await listed()).toEqual(["a"]);
    await services.requestOfRun(ann, runId, { do: "abort", reason: "enough" });
    await soon(async () => {
      await clock.advance(1000);
      expect(await listed()).toEqual([]);
    });
    expect(closed).toEqual(["a"]);
    expect(await view()).toMatchObject({ leaving: [], removed: [{ id: "a", runCount: 1 }] });
    expect(valueOf(await services.viewRun(ann, runId)).summary).toMatchObject({ verdict: "aborted" });
    expect(valueOf(await services.listRuns(ann, "a"))).toHaveLength(1);
    expect(valueOf(await services.viewCluster(ann, "a")).readOnly).toContain("is not in the configuration any more");
    expect(valueOf(await services.audit(ann, "a")).map(({ what }) => what)).toContain("removed cluster a in the file");
    const draft = await services.requestOfRun(ann, runId, { do: "resume" });
    expect(draft).toMatchObject({ ok: false, because: "refused" });
  });
});

describe("something borrowed", () => {
  it("that was not given back holds a cluster until it is", async () => {
    const fence = await journal.claim("a", "an earlier console", 0);
    if ("heldBy" in fence) throw new Error("nobody holds it");
    const loan: Loan = {
      id: "l1",
      runId: "a.1",
      purpose: "isolate",
      nodeId: "be-1",
      kind: "blacklist",
      on: "fe-1",
      key: "10",
      before: null,
      value: "MANUAL",
      what: "be-1 on the blacklist of fe-1",
    };
    const actor: Caller = { kind: "rule", rule: "R1", role: "approver" };
    await journal.append("cluster/a", 0, fence, 0, [{ actor, event: { type: "LoanRecorded", loan } }]);
    await journal.release(fence);
    giveBack = async () => ({ outcome: "unknown", cause: "no FE answers" });
    await start(`${HEAD}clusters:\n  - ${JSON.stringify(section("a"))}\n`);
    const why = "A has not got back what was borrowed: be-1 on the blacklist of fe-1.";
    const refused = { because: "refused", refusal: { reason: expect.stringContaining(why) } };
    expect(await change("a", { javaHome: "/jdk" })).toMatchObject(refused);
    const revision = await revisionOf("a");
    expect(await services.removeCluster(ann, "a", { confirm: "A", revision })).toMatchObject(refused);
    expect((await view()).clusters[0]?.held).toContain(why);
    giveBack = async () => ({ outcome: "returned", how: "it was not there" });
    await soon(async () => {
      await clock.advance(5000);
      expect((await view()).clusters[0]?.held).toBeNull();
    });
    valueOf(await services.removeCluster(ann, "a", { confirm: "A", revision }));
  });
});

describe("a person with an editor", () => {
  const text = `${HEAD}clusters:\n  - id: a\n    system: starrocks\n    frontends: ["10.0.0.1:9030"]\n    account: { user: sluice }\n`;

  it("is followed live: what is right counts, who wrote it stands in the audit", async () => {
    await start(text);
    writeFileSync(file, text.replace("user: sluice", "user: night"));
    await soon(async () => expect(opened).toEqual(["a sluice -", "a night -"]));
    await soon(async () =>
      expect(valueOf(await services.audit(ann, "a"))[0]).toMatchObject({
        actor: { kind: "rule", rule: "configuration file" },
        what: "changed cluster a in the file: account.user",
      }),
    );
  });

  it("who makes a mistake is told line, field and remedy; what was said before stays, and is not written over", async () => {
    await start(text);
    const wrong = text.replace("user: sluice", "usr: sluice");
    writeFileSync(file, wrong);
    await soon(async () => expect((await view()).problems).toHaveLength(2));
    const shown = await view();
    const unknown = shown.problems.find(({ field }) => field === "clusters[0].account.usr");
    expect(unknown).toMatchObject({
      line: 8,
      remedy: expect.stringContaining("user"),
    });
    expect(shown.yaml).toBe(text);
    expect(await listed()).toEqual(["a"]);
    const refused = await services.addCluster(ann, { section: section("b"), password: SECRET });
    expect(refused).toMatchObject({ because: "refused", refusal: { reason: expect.stringContaining("line 8") } });
    expect(onDisk()).toBe(wrong);
    writeFileSync(file, text);
    await soon(async () => expect((await view()).problems).toEqual([]));
  });

  it("who saves while a form is open is not overwritten", async () => {
    await start(text);
    const revision = await revisionOf("a");
    const theirs = text.replace("10.0.0.1", "10.0.0.9");
    writeFileSync(file, theirs);
    const mine = { section: section("a"), password: null, revision };
    expect(await services.changeCluster(ann, "a", mine)).toMatchObject({
      because: "refused",
      refusal: { reason: expect.stringContaining("since you opened it") },
    });
    expect(onDisk()).toBe(theirs);
  });

  it("what cannot be written is shown with the remedy, and stays readable", async () => {
    await start(text, "It lies on a file system that cannot be written.");
    expect(await view()).toMatchObject({ readOnly: "It lies on a file system that cannot be written.", yaml: text });
    const answer = await services.addCluster(ann, { section: section("b"), password: SECRET });
    expect(answer).toMatchObject({
      because: "refused",
      refusal: { reason: expect.stringContaining("cannot be written") },
    });
    expect(onDisk()).toBe(text);
    expect(existsSync(join(folder, "data", "secrets"))).toBe(false);
  });

  it("the console's own part counts from the next start on, and says so", async () => {
    await start(text);
    writeFileSync(file, text.replace("data: ./data", "data: ./data\n  sessionHours: 2"));
    await soon(async () => expect((await view()).restart).toContain("console.sessionHours"));
  });
});

describe("the file", () => {
  it("is replaced whole: its rights stay, nothing lies beside it, and a link stays a link", async () => {
    const real = join(folder, "real.yaml");
    writeFileSync(real, HEAD, { mode: 0o640 });
    symlinkSync(real, file);
    await start(HEAD);
    valueOf(await services.addCluster(ann, { section: section("a"), password: null }));
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(parse(readFileSync(real, "utf8"))).toMatchObject({ clusters: [{ id: "a" }] });
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).sort()).toEqual(["data", "real.yaml", "sluice.yaml"]);
  });

  it("saved by somebody between the look and the writing is left as they saved it", () => {
    writeFileSync(file, "theirs\n");
    expect(openConfigFile(file).write("ours\n", "before\n")).toMatchObject({ ok: false });
    expect(onDisk()).toBe("theirs\n");
    expect(readdirSync(folder).sort()).toEqual(["data", "sluice.yaml"]);
  });
});
