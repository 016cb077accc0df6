import { describe, expect, it } from "vitest";
import type { Stall } from "#lib/run/stall/parts.ts";
import { runIn } from "#lib/run/testing/states.ts";
import { stallOf, stallWords } from "./stall-words.ts";
import { clusterView, NOW_MS, nodeView } from "#components/testing/cluster.ts";

const AT_MS = Date.UTC(2026, 2, 5, 2, 24, 5);

function words(stall: Partial<Stall>, state: Parameters<typeof runIn>[0] = "drain") {
  const whole: Stall = {
    is: "drains",
    what: "be-1 drains",
    number: null,
    sinceMs: null,
    who: "",
    act: null,
    byRuleAtMs: null,
    ...stall,
  };
  return stallWords(runIn(state), whole, AT_MS);
}

describe("why it waits, in words", () => {
  it("has the live number and since when", () => {
    const number = { is: "count", count: 3, one: "query", many: "queries" } as const;
    expect(words({ number, sinceMs: AT_MS - 88_000 }).live).toBe("3 queries, since 02:22:37, 1 m 28 s ago");
    const left = { is: "left", ms: 8000, until: "it is asked again" } as const;
    expect(words({ number: left, sinceMs: AT_MS - 14_000 }).live).toBe(
      "it is asked again in 8 s, since 02:23:51, 14 s so far",
    );
    expect(words({}).live).toBeNull();
  });

  it("calls the act as its button is called", () => {
    const act = (name: NonNullable<Stall["act"]>["do"], nodeId: string | null = "be-1") =>
      words({ act: { do: name, nodeId } }).act;
    expect(act("goOn")).toBe("Exit be-1 now, kill after 60 s");
    expect(act("moveDrainLimit")).toBe("Extend +60 s");
    expect(act("retry")).toBe("Try again");
    expect(act("approve")).toBe("Approve be-1");
    expect(act("resume", null)).toBe("Resume");
    expect(act("accept")).toBe("Accept be-1 as verified");
  });

  it("tells when the plan acts by itself", () => {
    expect(words({ byRuleAtMs: AT_MS + 250_000 }).rule).toBe("Unanswered, it is put back by the plan in 4 m 10 s.");
  });

  it("is asked of what the console shows of the cluster", () => {
    const run = runIn("drain");
    const cluster = clusterView([nodeView("be-1", { isolated: true, count: 3 }), nodeView("be-2")]);
    expect(stallOf(run, cluster, NOW_MS)).toMatchObject({ is: "drains", number: { count: 3 } });
    expect(stallOf(run, { ...cluster, polledAtMs: NOW_MS - 60_000, problem: "no FE answers." }, NOW_MS)).toMatchObject({
      is: "controlPlaneSilent",
      what: "The control plane does not answer: no FE answers",
    });
    expect(stallOf(run, { ...cluster, readOnly: "disk full" }, NOW_MS)?.is).toBe("journalBroken");
    expect(stallOf(run, { ...cluster, owned: false, ownedBy: "console-b" }, NOW_MS)?.is).toBe("otherConsole");
  });
});
