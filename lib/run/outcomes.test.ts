import { describe, expect, it } from "vitest";
import type { LedgerRow } from "./ledger.ts";
import { ledgersDue } from "./outcomes.ts";
import type { Console } from "./testing/console.ts";
import { aRun } from "./testing/scenes.ts";

function row(id: string, outcome: LedgerRow["outcome"]): LedgerRow {
  const rest = { user: "ann", startedAtMs: 1, listedAtMs: 0, endedAtMs: 2, evidence: "the audit log", again: null };
  return { id, kind: "query", what: "SELECT 1", outcome, ...rest };
}

/** The system tells this of every piece that it is asked for. */
function telling(console: Console, outcomeOf: (id: string) => LedgerRow["outcome"] | null): void {
  const facts = console.model.facts.bind(console.model);
  console.model.facts = (wanted) => {
    const outcomes = ledgersDue(console.run).map(({ nodeId, items }) => {
      const rows = items.flatMap(({ id }) => {
        const outcome = outcomeOf(id);
        return outcome === null ? [] : [row(id, outcome)];
      });
      return [nodeId, { rows, asOfMs: console.model.nowMs }] as const;
    });
    return { ...facts(wanted), outcomes: new Map(outcomes) };
  };
}

const settled = (console: Console): readonly string[] => console.all("LedgerSettled").map(({ nodeId }) => nodeId);

describe("the ledger", () => {
  it("[G1] is settled for each node once its system told of every piece, with when it was first listed", () => {
    const console = aRun();
    telling(console, () => "finished");
    console.reach("be-1", "drain");
    console.until(() => console.step("be-1").inFlight.size > 0);
    const listed = [...console.step("be-1").inFlight.values()];
    expect(settled(console)).toEqual([]);
    console.reach("be-1", "restart");
    expect(settled(console)).toEqual(["be-1"]);
    const { ledger } = console.step("be-1");
    for (const { item, listedAtMs } of listed) {
      expect(ledger.find(({ id }) => id === item.id)).toMatchObject({ outcome: "finished", listedAtMs });
    }
    console.toEnd();
    expect(settled(console)).toEqual(["be-1", "be-2"]);
  });

  it("[G1] what nobody tells is waited for a minute, and then said to be unknown", () => {
    const console = aRun({ policy: { soakMs: 120_000 } });
    telling(console, () => null);
    console.until(() => console.step("be-1").exit?.endedAtMs != null);
    console.for(55_000);
    expect(settled(console)).toEqual([]);
    console.for(10_000);
    expect(console.step("be-1").ledger.map(({ outcome }) => outcome)).toContain("unknown");
    expect(console.step("be-1").ledger[0]?.evidence).toBe("Nobody told what became of it.");
  });

  it("[G1] one that is told to run still is no answer yet; what is known by then is kept beside it", () => {
    const console = aRun({ policy: { soakMs: 120_000 } });
    let first: string | null = null;
    telling(console, (id) => ((first ??= id) === id ? "unknown" : "cut"));
    console.until(() => console.step("be-1").ledgerAtMs !== null);
    const { ledger } = console.step("be-1");
    expect(ledger.filter(({ id }) => id === first).map(({ outcome }) => outcome)).toEqual(["unknown"]);
    expect(ledger.filter(({ id }) => id !== first).every(({ outcome }) => outcome === "cut")).toBe(true);
  });

  it("[G2] the run does not end before, and does not wait long", () => {
    const console = aRun({ policy: { soakMs: 0 } });
    telling(console, () => null);
    console.toEnd();
    expect(settled(console)).toEqual(["be-1", "be-2"]);
    const types = console.journal.map(({ event }) => event.type);
    expect(types.lastIndexOf("LedgerSettled")).toBeLessThan(types.indexOf("RunEnded"));
  });

  it("[G1] a node that was put back has none: its work goes on", () => {
    const console = aRun();
    console.model.workMs = 90_000;
    telling(console, () => "finished");
    console.reach("be-1", "drain");
    console.for(3000);
    console.ask({ do: "putBack", nodeId: "be-1", reason: "enough" });
    console.until(() => console.step("be-1").progress.at === "ended");
    console.for(120_000);
    expect(settled(console)).toEqual([]);
  });

  it("[G1] a hold that lasts is not ended by it", () => {
    const console = aRun();
    let tells = false;
    telling(console, () => (tells ? "finished" : null));
    console.model.answerFor = (command) =>
      command.verb === "install" ? { outcome: "refused", reason: "disk full" } : null;
    console.reachHold("commandRefused");
    tells = true;
    console.for(3000);
    expect(settled(console)).toEqual(["be-1"]);
    expect(console.all("HoldEnded")).toEqual([]);
  });
});
