import { describe, expect, it } from "vitest";
import type { WorkList } from "../../cluster/observation.ts";
import type { RunEvent } from "../event.ts";
import type { Console } from "../testing/console.ts";
import { aRun } from "../testing/scenes.ts";

/** From now on the list of work that is told was made at this time. */
function listMadeAt(console: Console, asOfMs: () => number): void {
  const facts = console.model.facts.bind(console.model);
  console.model.facts = (wanted) => {
    const all = facts(wanted);
    const work = new Map(
      [...all.work].map(([nodeId, list]): [string, WorkList] => [nodeId, { ...list, asOfMs: asOfMs() }]),
    );
    return { ...all, work };
  };
}

function lists(console: Console): readonly Extract<RunEvent, { readonly type: "WorkListed" }>[] {
  return console.journal.flatMap(({ event }) => (event.type === "WorkListed" ? [event] : []));
}

describe("the first list of a drain", () => {
  it("is waited for while only a count is there: a count names nothing, and what ends soon would not be known", () => {
    const console = aRun();
    let madeAtMs: number | null = 0;
    listMadeAt(console, () => madeAtMs ?? console.model.nowMs);
    console.reach("be-1", "drain");
    console.for(1000);
    expect(lists(console)).toEqual([]);
    madeAtMs = null;
    console.round();
    const [first] = lists(console);
    expect(first?.items.length).toBeGreaterThan(0);
    expect(console.step("be-1").inFlight.size).toBe(first?.items.length);
  });

  it("is done without after two seconds", () => {
    const console = aRun();
    listMadeAt(console, () => 0);
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("a long one", console.model.nowMs + 60_000);
    console.for(3000);
    const [first] = lists(console);
    expect(first?.items).toEqual([]);
    expect(first?.count).toBeGreaterThan(0);
  });
});
