/** What goes wrong on the way to a cluster, each with a message that says what, where, why and what to do. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Loan } from "#lib/run/loan.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import { aRequest } from "../shared/testing/plans.ts";
import { systemClock, testConsole } from "./testing/console.ts";

const { signal } = new AbortController();
let twin: Twin;
const opened: Driver[] = [];

beforeAll(async () => {
  twin = await startTwin({ frontends: 2, backends: 2, computeNodes: 0, version: "4.0.7", artifacts: ["4.0.7"] });
});
afterAll(async () => {
  for (const driver of opened) await driver.close();
  await twin?.stop();
});

function console(
  change: Readonly<Record<string, unknown>>,
): ReturnType<typeof testConsole> & { readonly driver: Driver } {
  const password = join(twin.root, "password");
  const nodes = twin.nodes.map((node) => [
    `${node.host}:${node.role === "fe" ? 9010 : 9050}`,
    { name: node.name, host: "local", home: node.home },
  ]);
  const section = {
    id: "twin",
    name: "twin",
    system: "starrocks",
    frontends: [`${twin.node("fe-01").host}:9030`],
    account: { user: "root", password: `file:${password}` },
    hosts: [{ name: "local", kind: "local" }],
    nodes: Object.fromEntries(nodes),
    install: { strategy: "swap", artifacts: join(twin.root, "artifacts") },
    ...change,
  };
  const made = testConsole(section, join(twin.root, "console"), ({ name, prefix }) =>
    createLocalHost({ name, prefix, clock: systemClock }),
  );
  const driver = made.open();
  opened.push(driver);
  return { ...made, driver };
}

async function whyNot(driver: Driver): Promise<string> {
  const reading = await driver.readCluster(signal);
  return reading.ok ? "" : reading.why;
}

describe("logging in", () => {
  it("a wrong password says which account, and where to correct it", async () => {
    const file = join(twin.root, "wrong");
    writeFileSync(file, "not it\n");
    const { driver } = console({ account: { user: "root", password: `file:${file}` } });
    const why = await whyNot(driver);
    expect(why).toContain("login as root failed");
    expect(why).toContain(`file:${file}`);
    expect(why).not.toContain("not it");
  });

  it("is read again at every connection: a corrected password works without a restart", async () => {
    const file = join(twin.root, "corrected");
    writeFileSync(file, "not it\n");
    const { driver } = console({ account: { user: "root", password: `file:${file}` } });
    expect(await whyNot(driver)).not.toBe("");
    writeFileSync(file, `${twin.password}\n`);
    expect(await whyNot(driver)).toBe("");
  });

  it("a password file that is gone is named", async () => {
    const { driver } = console({ account: { user: "root", password: "file:/no/such/file" } });
    expect(await whyNot(driver)).toContain("/no/such/file cannot be read");
  });

  it("an FE that nobody listens for is named, with the question to ask", async () => {
    const { driver } = console({ frontends: [`${twin.node("fe-01").host}:9999`] });
    expect(await whyNot(driver)).toContain(`${twin.node("fe-01").host}:9999: connection refused`);
  });

  it("one FE of several is enough", async () => {
    const { driver } = console({ frontends: [`${twin.node("fe-01").host}:9999`, `${twin.node("fe-02").host}:9030`] });
    expect(await whyNot(driver)).toBe("");
  });

  it("a right that is missing is printed as the GRANT that gives it", async () => {
    await twin.sql("fe-01", "CREATE USER IF NOT EXISTS 'weak'@'%' IDENTIFIED BY 'weak'");
    const file = join(twin.root, "weak");
    writeFileSync(file, "weak\n");
    const { driver } = console({ account: { user: "weak", password: `file:${file}` } });
    expect(await whyNot(driver)).toContain("GRANT OPERATE, BLACKLIST ON SYSTEM TO USER 'weak'@'%';");
  });
});

describe("loans", () => {
  const borrow = async (driver: Driver, purpose: "isolate" | "exit"): Promise<readonly Loan[]> => {
    const base = { runId: "r", nodeId: "be-01" } as const;
    const what = purpose === "isolate" ? { ...base, purpose } : { ...base, purpose, exitLimitMs: 90_000 };
    const surveyed = await driver.survey(what, signal);
    if (!surveyed.ok) throw new Error(surveyed.why);
    expect(await driver.take(surveyed.value, signal)).toMatchObject({ outcome: "done" });
    return surveyed.value;
  };

  it("a setting that somebody else changed meanwhile is reported, and left as they set it", async () => {
    const { driver } = console({});
    const loans = await borrow(driver, "exit");
    const url = `http://${twin.node("be-01").host}:8040/api/update_config?loop_count_wait_fragments_finish=77`;
    await fetch(url, { method: "POST" });
    const answers = await Promise.all(loans.map(async (loan) => await driver.giveBack(loan, signal)));
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(["returned", "superseded"]);
    await fetch(url.replace("=77", "=2"), { method: "POST" });
  });

  it("an entry that an operator made by hand is neither taken nor given back", async () => {
    const { driver } = console({});
    await driver.readCluster(signal);
    const rows = await twin.sql("fe-01", "SHOW BACKENDS");
    const id = String(Object.values(rows.find((row) => Object.values(row).includes(twin.node("be-01").host)) ?? {})[0]);
    await twin.sql("fe-01", `ADD BACKEND BLACKLIST ${id}`);
    const surveyed = await driver.survey({ purpose: "isolate", runId: "r", nodeId: "be-01" }, signal);
    expect(surveyed.ok && surveyed.value.map(({ on }) => on)).toEqual(["fe-02"]);
    await twin.sql("fe-01", `DELETE BACKEND BLACKLIST ${id}`);
  });

  it("balance switches are thrown on every FE, read back, and given back to what was found", async () => {
    const { driver } = console({});
    const plan = await driver.plan(aRequest({ nodeIds: ["be-01"] }), signal);
    if (!plan.ok) throw new Error(plan.why);
    const surveyed = await driver.survey({ purpose: "run", runId: "r", plan: plan.value }, signal);
    if (!surveyed.ok) throw new Error(surveyed.why);
    expect(surveyed.value.map(({ on, key }) => `${on} ${key}`).sort()).toEqual([
      "fe-01 tablet_sched_disable_balance",
      "fe-01 tablet_sched_disable_colocate_balance",
      "fe-02 tablet_sched_disable_balance",
      "fe-02 tablet_sched_disable_colocate_balance",
    ]);
    expect(await driver.take(surveyed.value, signal)).toMatchObject({ outcome: "done" });
    const value = async (fe: string): Promise<string> =>
      JSON.stringify(await twin.sql(fe, "ADMIN SHOW FRONTEND CONFIG LIKE 'tablet_sched_disable_balance'"));
    expect([await value("fe-01"), await value("fe-02")].every((text) => text.includes('"true"'))).toBe(true);
    for (const loan of surveyed.value)
      expect(await driver.giveBack(loan, signal)).toMatchObject({ outcome: "returned" });
    expect([await value("fe-01"), await value("fe-02")].every((text) => text.includes('"false"'))).toBe(true);
  });

  it("what an FE lent is lost with its process: nothing is owed where it ended", async () => {
    const { driver } = console({});
    const loans = await borrow(driver, "isolate");
    twin.kill("fe-02", "SIGKILL");
    const lent = loans.find(({ on }) => on === "fe-02");
    if (lent === undefined) throw new Error("fe-02 lent nothing");
    const answer = await driver.giveBack(lent, signal);
    expect(answer).toMatchObject({ outcome: "returned" });
    expect(JSON.stringify(answer)).toContain("lost with it");
    for (const loan of loans) if (loan.on !== "fe-02") await driver.giveBack(loan, signal);
  });
});
