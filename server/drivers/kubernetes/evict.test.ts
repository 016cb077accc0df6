import { describe, expect, it } from "vitest";
import { evictionOf } from "./evict.ts";
import { refusalOf } from "./client.ts";
import { recordedFailure } from "./testing/recorded.ts";

describe("an eviction that was not granted", () => {
  it("[S4] 429 with the cause DisruptionBudget is a budget's no, in its own words", () => {
    expect(evictionOf(recordedFailure("budget"))).toEqual({
      is: "budget",
      said: "Cannot evict pod as it would violate the pod's disruption budget. The disruption budget be needs 2 healthy pods and has 2 currently (429)",
    });
  });

  it("429 without it is too many requests, which says nothing of the pod, and waits as long as it is told", () => {
    const limited = refusalOf(429, '{"kind":"Status","message":"Too many requests","reason":"TooManyRequests"}', "7");
    expect(evictionOf(limited)).toEqual({ is: "later", afterMs: 7000, said: "Too many requests (429)" });
  });

  it("500 is several budgets at once, 409 another pod, 404 nobody", () => {
    const several = evictionOf(recordedFailure("severalBudgets"));
    expect(several).toMatchObject({
      is: "refused",
      said: expect.stringMatching(/more than one PodDisruptionBudget.*500/),
    });
    expect(evictionOf(recordedFailure("otherUid"))).toMatchObject({
      is: "refused",
      said: expect.stringMatching(/UID.*409/),
    });
    expect(evictionOf(recordedFailure("absent"))).toEqual({ is: "absent" });
  });

  it("silence is not known, and what a proxy answers in plain text is shown as it is", () => {
    expect(evictionOf({ kind: "silent", message: "socket hang up" }).is).toBe("unknown");
    expect(evictionOf(refusalOf(502, "<html>Bad Gateway</html>", undefined))).toMatchObject({
      is: "refused",
      said: expect.stringContaining("Bad Gateway"),
    });
  });
});
