import { expect, it } from "vitest";
import type { HostAnswer } from "./host.ts";
import { runAgain, runOverBreaks } from "./host-again.ts";

const ended: HostAnswer = { ok: true, exitCode: 0, stdout: "", stderr: "" };
const unreached: HostAnswer = { ok: false, why: "refused", lost: true };
const brokeOff: HostAnswer = { ok: false, why: "cut", lost: true, brokeOff: true };
const slow: HostAnswer = { ok: false, why: "did not answer in time" };

/** Answers these one by one, and the last of them for ever. */
async function asked(ask: typeof runAgain, answers: readonly HostAnswer[], signal?: AbortSignal) {
  let tries = 0;
  const run = async (): Promise<HostAnswer> => {
    const answer = answers[Math.min(tries, answers.length - 1)];
    tries += 1;
    return await Promise.resolve(answer ?? ended);
  };
  const clock = { now: () => 0, wait: async () => await Promise.resolve() };
  const options = signal === undefined ? { timeoutMs: 1 } : { timeoutMs: 1, signal };
  return { answer: await ask({ run }, clock, ["true"], options), tries };
}

it("a connection that broke off is tried six times, a host that cannot be reached three times", async () => {
  expect(await asked(runAgain, [brokeOff])).toEqual({ answer: brokeOff, tries: 6 });
  expect(await asked(runAgain, [unreached])).toEqual({ answer: unreached, tries: 3 });
  expect(await asked(runAgain, [brokeOff, brokeOff, brokeOff, ended])).toEqual({ answer: ended, tries: 4 });
});

it("what may have run to its limit is not asked again, and nothing is after a call to stop", async () => {
  expect(await asked(runAgain, [slow])).toEqual({ answer: slow, tries: 1 });
  expect(await asked(runAgain, [brokeOff], AbortSignal.abort())).toEqual({ answer: brokeOff, tries: 1 });
});

it("who would rather hear at once that a host cannot be reached does, and still gets over a break", async () => {
  expect(await asked(runOverBreaks, [unreached])).toEqual({ answer: unreached, tries: 1 });
  expect(await asked(runOverBreaks, [brokeOff, ended])).toEqual({ answer: ended, tries: 2 });
});
