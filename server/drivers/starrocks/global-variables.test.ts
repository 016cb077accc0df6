import { expect, it } from "vitest";
import type { Loan } from "#lib/run/loan.ts";
import { giveBackVariable, surveyVariables, takeVariable } from "./global-variables.ts";
import { readCluster } from "./read-cluster.ts";
import { aRequest, siteDriver, siteWorld } from "./testing/site-driver.ts";
import { aSite, type Site } from "./testing/site.ts";
import type { World } from "./world.ts";
import type { Plan } from "#lib/run/plan.ts";

const NAME = "cbo_enable_low_cardinality_optimize";

/** A cluster on 3.4.8 that keeps the variable so. */
async function keeping(value: string | null): Promise<{ readonly site: Site; readonly world: World }> {
  const site = aSite("3.4.8", "3.5.7");
  site.globals = value === null ? {} : { [NAME]: value };
  const world = siteWorld(site);
  await readCluster(world);
  return { site, world };
}

async function planOf(from: string, to: string): Promise<Plan> {
  const made = await siteDriver(aSite(from, to)).plan(aRequest(to), new AbortController().signal);
  if (!made.ok) throw new Error(made.why);
  return made.value;
}

async function surveyed(world: World): Promise<readonly Loan[]> {
  const answer = await surveyVariables(world, "r", await planOf("3.4.8", "3.5.7"));
  if (!answer.ok) throw new Error(answer.why);
  return answer.value;
}

it("is borrowed with what stood before, set once, read back, and given back", async () => {
  const { world, site } = await keeping("true");
  const [loan, ...others] = await surveyed(world);
  if (loan === undefined) throw new Error("nothing was borrowed");
  expect(others).toEqual([]);
  expect(loan).toMatchObject({ kind: "global-variable", key: NAME, before: "true", value: "false", nodeId: null });
  expect(await takeVariable(world, loan)).toMatchObject({ outcome: "done" });
  expect(site.globals[NAME]).toBe("false");
  expect(await surveyed(world)).toEqual([]);
  expect(await giveBackVariable(world, loan)).toMatchObject({ outcome: "returned" });
  expect(site.globals[NAME]).toBe("true");
  expect(await giveBackVariable(world, loan)).toMatchObject({ outcome: "returned" });
});

it("is not borrowed where it stands so already, where the version does not know it, and where no path needs it", async () => {
  for (const value of ["false", "0", null]) expect(await surveyed((await keeping(value)).world)).toEqual([]);
  const later = siteWorld(aSite("4.0.7", "4.0.8"));
  await readCluster(later);
  const other = await surveyVariables(later, "r", await planOf("4.0.7", "4.0.8"));
  expect(other).toEqual({ ok: true, value: [] });
});

it("that somebody else changed meanwhile is left as they set it", async () => {
  const { world, site } = await keeping("true");
  const [loan] = await surveyed(world);
  if (loan === undefined) throw new Error("nothing was borrowed");
  const odd = { ...loan, value: "auto" };
  site.globals[NAME] = "false";
  expect(await giveBackVariable(world, odd)).toMatchObject({ outcome: "superseded" });
  expect(site.globals[NAME]).toBe("false");
});

it("that the version at the end does not know is owed no more", async () => {
  const { world, site } = await keeping("true");
  const [loan] = await surveyed(world);
  if (loan === undefined) throw new Error("nothing was borrowed");
  site.globals = {};
  expect(await giveBackVariable(world, loan)).toMatchObject({ outcome: "returned" });
});
