/** The law of successive limits, through this driver against a simulated Dgraph in a time that only the tests move. */
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { stage, type Stage } from "./testing/stage.ts";

let open: Stage | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

async function leavingAfter(...limits: readonly [number | null]): Promise<Stage> {
  open = await stage();
  await open.query(100);
  expect(await open.exit(limits[0])).toMatchObject({ outcome: "done" });
  await open.advance(10);
  return open;
}

describe("successive limits of a Dgraph", () => {
  it("[S3-16] 30 and then 0 ends at once", async () => {
    const { shorten, end } = await leavingAfter(30);
    expect(await shorten(0)).toMatchObject({ outcome: "done" });
    expect(await end()).toEqual({ afterS: 10, how: "cut" });
  });

  it("[S3-17] 30 and then 5 ends 5 s after the second", async () => {
    const { shorten, advance, end } = await leavingAfter(30);
    expect(await shorten(5)).toMatchObject({ outcome: "done" });
    await advance(60);
    expect(await end()).toEqual({ afterS: 15, how: "cut" });
  });

  it("[S3-18] 30 and then 30 ends 30 s after the first: the second is refused here, since it would change nothing", async () => {
    const { shorten, advance, end, sent } = await leavingAfter(30);
    expect(await shorten(30)).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("ends within 20 s already"),
    });
    expect(sent).toHaveLength(1);
    await advance(60);
    expect(await end()).toEqual({ afterS: 30, how: "cut" });
  });

  it("[S3-18] and where the second is sent by somebody else, the engine keeps to the first", async () => {
    const { engine, advance, end } = await leavingAfter(30);
    expect(await engine.ask("/admin?op=exit&timelimit=30")).toMatchObject({ code: 200 });
    await advance(60);
    expect(await end()).toEqual({ afterS: 30, how: "cut" });
  });

  it("[S3-19] 30 and then an exit without a limit ends 30 s after the first", async () => {
    const { engine, exit, advance, end, sent } = await leavingAfter(30);
    expect(await exit(null)).toMatchObject({ outcome: "done", evidence: expect.stringContaining("not told again") });
    expect(sent).toHaveLength(1);
    expect(await engine.ask("/admin?op=exit")).toMatchObject({ code: 200 });
    await advance(60);
    expect(await end()).toEqual({ afterS: 30, how: "cut" });
  });

  it("[S3-20] an exit without a limit and then 30 ends 30 s after the second", async () => {
    const { shorten, advance, end } = await leavingAfter(null);
    expect(await shorten(30)).toMatchObject({ outcome: "done" });
    await advance(60);
    expect(await end()).toEqual({ afterS: 40, how: "cut" });
  });

  for (const [row, first, second] of [
    ["S3-17", 30, 5],
    ["S3-18", 30, 30],
    ["S3-20", null, 30],
  ] as const) {
    it(`[${row}] ends sooner than any limit when its work does`, async () => {
      open = await stage();
      const { reply } = await open.query(12);
      await open.exit(first);
      await open.advance(10);
      await open.shorten(second);
      await open.advance(60);
      expect(await open.end()).toEqual({ afterS: 12, how: "normally" });
      expect(await reply).toMatchObject({ code: 200 });
    });
  }
});

type Said = { readonly afterS: number; readonly verb: "exit" | "shorten"; readonly limitS: number | null };

const seconds = fc.integer({ min: 0, max: 60 });
const limit = fc.option(seconds);
const said: fc.Arbitrary<Said> = fc.oneof(
  fc.record({ afterS: fc.integer({ min: 0, max: 20 }), verb: fc.constant("exit" as const), limitS: limit }),
  fc.record({ afterS: fc.integer({ min: 0, max: 20 }), verb: fc.constant("shorten" as const), limitS: seconds }),
);

describe("any sequence of limits", () => {
  it("[S3-15] only ever shortens: the earliest end holds, and a request that would change nothing is not sent", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 3 }),
        limit,
        fc.array(said, { maxLength: 5 }),
        async (queries, firstS, rest) => {
          const here = await stage();
          try {
            await holds(here, queries, firstS, rest);
          } finally {
            await here.close();
          }
        },
      ),
      { numRuns: 15 },
    );
  });
});

async function holds(
  here: Stage,
  queries: readonly number[],
  firstS: number | null,
  rest: readonly Said[],
): Promise<void> {
  const under = await inOrder(queries, here.query);
  await follow(here, queries, firstS, rest);
  const drainedS = Math.max(0, ...queries);
  const endS = lawfulEnd(drainedS, firstS, rest);
  expect(await here.end()).toEqual({ afterS: endS, how: drainedS <= endS ? "normally" : "cut" });
  const replies = await Promise.all(under.map(async ({ reply }) => await reply));
  expect(replies.map(({ is }) => is)).toEqual(queries.map((takesS) => (takesS <= endS ? "answered" : "cut")));
}

/** Says all of it to the driver, in its time, and checks each answer against the law. */
async function follow(
  { exit, shorten, advance, engine, sent }: Stage,
  queries: readonly number[],
  firstS: number | null,
  rest: readonly Said[],
): Promise<void> {
  const drainedS = Math.max(0, ...queries);
  let [nowS, deadlineS] = [0, firstS ?? Infinity];
  await exit(firstS);
  for (const { afterS, verb, limitS } of rest) {
    await advance(afterS);
    nowS += afterS;
    // It may have ended meanwhile: then there is nobody to talk to.
    if (nowS >= Math.min(deadlineS, drainedS)) break;
    const before = sent.length;
    const outcome = verb === "exit" ? await exit(limitS) : await shorten(limitS ?? 0);
    const isSooner = limitS !== null && nowS + limitS < deadlineS;
    expect(outcome.outcome).toBe(isSooner || verb === "exit" ? "done" : "refused");
    expect(sent.length - before).toBe(isSooner ? 1 : 0);
    if (isSooner) deadlineS = nowS + limitS;
  }
  if (engine.pid() !== null) await advance(300);
}

/** By the guide's words alone: every limit counts from its own request, and none removes another. */
function lawfulEnd(drainedS: number, firstS: number | null, rest: readonly Said[]): number {
  let [nowS, endS] = [0, Math.min(drainedS, firstS ?? Infinity)];
  for (const { afterS, limitS } of rest) {
    nowS += afterS;
    if (nowS >= endS) break;
    if (limitS !== null) endS = Math.min(endS, nowS + limitS);
  }
  return endS;
}

async function inOrder<T, R>(values: readonly T[], act: (value: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const value of values) results.push(await act(value));
  return results;
}
