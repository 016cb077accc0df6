import { describe, expect, it } from "vitest";
import type { Counts } from "./counts.ts";
import type { Health } from "./health.ts";
import { evidenceOf, lookOf, newborn, next, type Life, type Sight } from "./life.ts";

const SERVING: Health = { is: "told", of: [{ service: "", status: "SERVING" }] };
const NOT_SERVING: Health = { is: "told", of: [{ service: "", status: "NOT_SERVING" }] };
const REFUSED: Health = { is: "refused" };
const SILENT: Health = { is: "silent", why: "no answer in time" };
const OVER: Counts = { is: "over", by: "channelz" };

function calls(inFlight: number, started = 100, failed = 2): Counts {
  return { is: "told", inFlight, started, failed, hasChecks: true, startedAtMs: 7000, by: "channelz" };
}

type Step = readonly [atS: number, health: Health, counts: Counts | null];

/** The last look after all of these. */
function after(...steps: readonly Step[]): { life: Life; look: ReturnType<typeof lookOf>; sight: Sight } {
  let life = newborn;
  let sight: Sight | null = null;
  for (const [atS, health, counts] of steps) {
    sight = { at: "10.0.0.7:9090", health, counts, checks: 1, ownLimitMs: 5000, nowMs: atS * 1000 };
    life = next(life, sight);
  }
  if (sight === null) throw new Error("Nothing was seen");
  return { life, look: lookOf(life, sight), sight };
}

describe("the words of a gRPC server", () => {
  it("are its own while it serves, each service by its name", () => {
    expect(after([0, SERVING, calls(3)]).look).toMatchObject({ word: "SERVING", remark: "", process: { value: "up" } });
    const both: Health = {
      is: "told",
      of: [...(SERVING.is === "told" ? SERVING.of : []), { service: "shop.Cart", status: "NOT_SERVING" }],
    };
    expect(after([0, both, null]).look).toMatchObject({
      word: "NOT_SERVING",
      remark: "shop.Cart: NOT_SERVING",
      admission: { value: "refusing" },
    });
  });

  it("[S2-10] go SERVING, GRACEFUL_SHUTDOWN, TERMINATED when the work ends in time", () => {
    const words = [
      after([0, SERVING, calls(2)]),
      after([0, SERVING, calls(2)], [1, REFUSED, calls(2)]),
      after([0, SERVING, calls(2)], [1, REFUSED, calls(1)], [3, REFUSED, OVER]),
      after([0, SERVING, calls(2)], [1, REFUSED, calls(1)], [3, REFUSED, { is: "refused" }]),
    ].map(({ look }) => `${look.word} ${look.process?.value} ${look.remark}`);
    expect(words).toEqual([
      "SERVING up ",
      "GRACEFUL_SHUTDOWN exiting ",
      "TERMINATED exiting GRACEFUL_SHUTDOWN took 2.0 s",
      "TERMINATED gone GRACEFUL_SHUTDOWN took 2.0 s",
    ]);
  });

  it("[S2-10] go over TIMER_EXPIRED when work was in flight at the server's own limit", () => {
    const late = after([0, SERVING, calls(2)], [1, REFUSED, calls(2)], [6, REFUSED, calls(2)]);
    expect(late.look.word).toBe("TIMER_EXPIRED");
    const ended = after([0, SERVING, calls(2)], [1, REFUSED, calls(2)], [6, REFUSED, { is: "refused" }]);
    expect(ended.look).toMatchObject({
      word: "TERMINATED",
      remark: "TIMER_EXPIRED after 5.0 s: 2 in flight when last seen",
    });
  });

  it("tell force where calls failed at the limit, and none where they ended by then", () => {
    const before = [
      [0, SERVING, calls(2)],
      [1, REFUSED, calls(2)],
    ] as const;
    const cut = after(...before, [6, REFUSED, calls(0, 100, 4)], [7, REFUSED, { is: "refused" }]);
    expect(cut.look.remark).toMatch(/^TIMER_EXPIRED after 6.0 s: 2 in flight/);
    const done = after(...before, [6, REFUSED, calls(0)], [7, REFUSED, { is: "refused" }]);
    expect(done.look.remark).toBe("GRACEFUL_SHUTDOWN took 6.0 s");
  });

  it("are those of a client where nothing else tells draining from gone", () => {
    const { look } = after([0, SERVING, null], [1, REFUSED, null]);
    expect(look).toMatchObject({ word: "UNAVAILABLE", process: { value: "gone" }, work: null, counters: null });
  });

  it("call a server that never had a call and does not listen yet one that starts", () => {
    expect(after([0, REFUSED, calls(0, 0)]).look).toMatchObject({ word: "STARTING", process: { value: "up" } });
    // It was another one that listened: this one came between two looks.
    expect(after([0, SERVING, calls(1, 90)], [1, REFUSED, calls(0, 0)]).look.word).toBe("STARTING");
    // One that a console finds in the middle of its drain has had calls.
    expect(after([0, REFUSED, calls(1, 9)]).look).toMatchObject({ word: "GRACEFUL_SHUTDOWN" });
  });

  it("are none when there is no answer: silence says nothing, least of all that it is gone", () => {
    const silent = after([0, SERVING, null], [1, SILENT, null]).look;
    expect(silent).toMatchObject({ word: null, process: null, admission: null });
    const refusedAndSilent = after(
      [0, SERVING, calls(1)],
      [1, REFUSED, { is: "silent", why: "no answer in time" }],
    ).look;
    expect(refusedAndSilent).toMatchObject({ process: null, work: { inFlight: [{ count: null }] } });
  });
});

describe("the counts of a gRPC server", () => {
  it("are without our own health checks, also after it started again", () => {
    const { look } = after([0, SERVING, calls(0, 100)], [1, SERVING, calls(0, 101)], [2, SERVING, calls(0, 102)]);
    expect(look.counters).toEqual({ requests: 99, failures: 2, p99Ms: null });
    const again = after([0, SERVING, calls(0, 100)], [1, SERVING, calls(0, 101)], [2, SERVING, calls(0, 4)]);
    expect(again.look.counters?.requests).toBe(3);
  });

  it("are zero once the server has ended in its process, and null when nobody answers any more", () => {
    expect(after([0, SERVING, calls(1)], [1, REFUSED, OVER]).look.work?.inFlight).toEqual([{ kind: "RPC", count: 0 }]);
    const gone = after([0, SERVING, calls(1)], [1, REFUSED, { is: "refused" }]).look;
    expect(gone.work?.inFlight).toEqual([{ kind: "RPC", count: null }]);
  });

  it("that end before the limit are no force, whatever was in flight when last seen", () => {
    const { life } = after([0, SERVING, calls(1)], [1, REFUSED, calls(1)]);
    expect(evidenceOf(life, 3000, 5000)).toMatchObject({ forced: false });
    expect(evidenceOf(life, 5000, 5000)).toMatchObject({ forced: true });
    expect(evidenceOf(life, 5000, null)).toMatchObject({ forced: false });
    expect(evidenceOf(newborn, 5000, 5000)).toBeNull();
    const empty = after([0, SERVING, calls(0)], [1, REFUSED, calls(0)]).life;
    expect(evidenceOf(empty, 5000, 5000)).toMatchObject({ forced: false });
  });

  it("begin anew when it serves again", () => {
    const { look, life } = after(
      [0, SERVING, calls(1)],
      [1, REFUSED, calls(1)],
      [2, REFUSED, OVER],
      [3, NOT_SERVING, calls(0, 1)],
    );
    expect(look.word).toBe("NOT_SERVING");
    expect(life).toMatchObject({ drain: null, ending: "", ownCalls: 1 });
  });
});
