import { beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "#lib/run/actor.ts";
import { commandPrefix } from "#lib/run/ask.ts";
import type { Draft, RunEvent } from "#lib/run/event.ts";
import type { Loan, LoanEvent } from "#lib/run/loan.ts";
import { runName } from "#lib/run/run-id.ts";
import { aNode, aPlan } from "#lib/run/testing/plan.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createBook, type Book } from "./book.ts";
import { JournalDamaged } from "./journal-damaged.ts";
import type { Fence, Journal, StreamName } from "./ports.ts";

const ann: Actor = { kind: "person", id: "ann", via: "browser" };
const byRule: Actor = { kind: "rule", rule: "R8" };

let journal: Journal;
let fence: Fence;
let book: Book;
let reads: string[];

/** Another console that starts on the same journal. */
function another(change: Partial<Journal> = {}): Book {
  reads = [];
  const read: Journal["read"] = (stream, ...rest) => {
    reads.push(stream);
    return change.read === undefined ? journal.read(stream, ...rest) : change.read(stream, ...rest);
  };
  return createBook("c1", { ...journal, ...change, read });
}

beforeEach(async () => {
  journal = createMemoryJournal();
  const claim = await journal.claim("c1", "console-1", 0);
  if ("heldBy" in claim) throw new Error("it is held");
  fence = claim;
  book = createBook("c1", journal);
  await book.catchUp();
});

function started(runId: string): Draft<RunEvent> {
  const plan = aPlan([aNode("be-1", "be")], "upgrade");
  return { actor: ann, event: { type: "RunStarted", runId, plan, baseline: {} } };
}
const over: Draft<RunEvent> = { actor: byRule, event: { type: "RunEnded", verdict: "aborted", reason: "for a test" } };

const nameOf = ({ id }: { readonly id: string }): string => runName(id);

/** The nth starts n seconds after 1970. */
async function ended(count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    const runId = book.nextRunId(n * 1000);
    await book.appendRun(runId, fence, n * 1000, [started(runId)]);
    await book.appendRun(runId, fence, n * 1000 + 1, [over]);
  }
}

describe("runs that ended", () => {
  it("are listed without being read, but for the newest", async () => {
    await ended(20);
    const later = another();
    await later.catchUp();
    expect(later.runs().map(nameOf)).toEqual(Array.from({ length: 20 }, (_, i) => `c1.${20 - i}`));
    expect(later.runs()).toEqual(book.runs());
    expect(reads).toEqual(["cluster/c1", "run/c1.20-k"]);
    expect(await later.events("c1.3-3", 0)).toHaveLength(2);
    expect(later.nextRunId(36_000)).toBe("c1.21-10");
  });

  it("are read where their summary was lost, does not fit, or is none; and then it is kept", async () => {
    await ended(3);
    const lost = another({ derived: async () => new Map() });
    await lost.catchUp();
    expect(lost.runs()).toEqual(book.runs());
    expect(reads).toContain("run/c1.1-1");
    const other = new Map<StreamName, unknown>([
      ["run/c1.1-1", { id: "c1.2-2" }],
      ["run/c1.2-2", "nonsense"],
    ]);
    const wrong = another({ derived: async () => other });
    await wrong.catchUp();
    expect(wrong.runs()).toEqual(book.runs());
    const again = another();
    await again.catchUp();
    expect(reads).toEqual(["cluster/c1", "run/c1.3-3"]);
  });

  it("do not hide one that has not ended", async () => {
    await ended(2);
    await book.appendRun("c1.3", fence, 9000, [started("c1.3")]);
    const later = another();
    await later.catchUp();
    expect(later.activeRun()?.id).toBe("c1.3");
    expect(reads).toEqual(["cluster/c1", "run/c1.3"]);
  });
});

describe("runs whose ids do not tell yet when they were started", () => {
  it("are counted, listed by their number and read like the others", async () => {
    for (const [index, runId] of ["c1.9", "c1.10"].entries()) {
      await book.appendRun(runId, fence, index, [started(runId)]);
      await book.appendRun(runId, fence, index, [over]);
    }
    const newest = book.nextRunId(9_000_000);
    await book.appendRun(newest, fence, 9_000_000, [started(newest)]);
    const later = another();
    await later.catchUp();
    expect(later.runs().map(({ id }) => id)).toEqual(["c1.11-6y0", "c1.10", "c1.9"]);
    expect(later.activeRun()?.id).toBe("c1.11-6y0");
    expect(await later.events("c1.9", 0)).toHaveLength(2);
  });
});

describe("two journals of one cluster", () => {
  /** What a host remembers of the first run of a journal that is empty when the run starts. */
  async function firstCommands(atMs: number): Promise<readonly string[]> {
    const empty = createMemoryJournal();
    const claim = await empty.claim("c1", "console-1", 0);
    if ("heldBy" in claim) throw new Error("it is held");
    const fresh = createBook("c1", empty);
    await fresh.catchUp();
    const runId = fresh.nextRunId(atMs);
    await fresh.appendRun(runId, claim, atMs, [started(runId)]);
    const run = fresh.activeRun();
    if (run === null) throw new Error("it has not begun");
    const verbs = ["exit", "install", "start"] as const;
    return verbs.map((verb) => `${commandPrefix(run, "be-1", "upgrade", verb)}1`);
  }

  it("[rule 6] never give the same command ids, although both count their runs from 1", async () => {
    const before = await firstCommands(1_700_000_000_000);
    const after = await firstCommands(1_700_000_001_000);
    expect(before.map((id) => runName(id.slice(0, id.indexOf("/"))))).toEqual(["c1.1", "c1.1", "c1.1"]);
    expect(new Set([...before, ...after]).size).toBe(6);
    expect(await firstCommands(1_700_000_000_000)).toEqual(before);
  });
});

describe("loans", () => {
  it("that were given back long ago are not carried along, those that are owed are", async () => {
    const loan = (id: string, runId: string): Loan => ({
      id,
      runId,
      purpose: "run",
      nodeId: null,
      kind: "scripted",
      on: "fe-1",
      key: id,
      before: null,
      value: "1",
      what: id,
    });
    const event = (one: LoanEvent): Draft<LoanEvent> => ({ actor: byRule, event: one });
    await book.appendLoans(fence, 1, [event({ type: "LoanRecorded", loan: loan("kept", "c1.1") })]);
    for (let n = 1; n <= 400; n += 1) {
      const id = `loan-${n}`;
      await book.appendLoans(fence, n, [
        event({ type: "LoanRecorded", loan: loan(id, `c1.${n}`) }),
        event({ type: "LoanReturned", loanId: id, how: "taken off" }),
      ]);
    }
    const later = another();
    await later.catchUp();
    for (const loans of [book.loans(), later.loans()]) {
      expect(loans.size).toBeLessThan(300);
      expect(loans.get("kept")?.state.at).toBe("recorded");
      expect(loans.get("loan-400")?.state.at).toBe("returned");
    }
  });
});

describe("what is left of a damaged journal", () => {
  it("is read as far as it goes, run by run", async () => {
    await ended(2);
    await book.appendRun("c1.3", fence, 9000, [
      started("c1.3"),
      { actor: ann, event: { type: "PauseRequested", reason: "" } },
    ]);
    const read: Journal["read"] = async (stream, afterSeq, beforeSeq) => {
      const isHit = stream === "run/c1.3" && (beforeSeq === undefined || beforeSeq > 2);
      if (isHit) throw new JournalDamaged(stream, 2, "it was changed.", "Put it back.");
      return journal.read(stream, afterSeq, beforeSeq);
    };
    const later = another({ read });
    await expect(later.catchUp()).rejects.toThrow("run/c1.3 #2");
    await later.readWhatIsLeft();
    expect(later.runs().map(({ id, verdict }) => `${id} ${verdict ?? "under way"}`)).toEqual([
      "c1.3 under way",
      "c1.2-2 aborted",
      "c1.1-1 aborted",
    ]);
    expect(await later.events("c1.3", 0)).toHaveLength(1);
  });
});
