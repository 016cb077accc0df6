import { expect, it } from "vitest";
import { aRun, telling } from "../testing/scenes.ts";

it("[P4] a route that opened again while the node was held is closed, and what is empty since then may leave", () => {
  const console = aRun();
  console.reach("be-1", "drain");
  const frontend = console.model.at("fe-2");
  const { process } = frontend;
  frontend.process = null;
  frontend.goneAtMs = console.model.nowMs;
  // Nobody happens to use the route while it is open.
  telling(console, (seen) => ({
    ...seen,
    work: { inFlight: [{ kind: "query", count: 0 }], willBeCut: [], notCollected: 0, asOfMs: console.model.nowMs },
  }));
  console.reachHold("checksFailed");
  // It comes back without its blacklist.
  console.model.at("be-1").outOf.delete("fe-2");
  frontend.process = process;
  console.reach("be-1", "exit");
  expect(console.commands("isolate")).toEqual(["r1/be-1/isolate/isolate/1", "r1/be-1/drain/isolate/1"]);
  expect(console.step("be-1").drain?.deadlineAtMs).toBeGreaterThan(console.model.nowMs);
});

it("[P4] [R1] a route that opened again stays open while another node is out, and is closed once it is back", () => {
  const console = aRun();
  console.model.workMs = 3_600_000;
  console.reach("be-1", "drain");
  const frontend = console.model.at("fe-2");
  const { process } = frontend;
  frontend.process = null;
  frontend.goneAtMs = console.model.nowMs;
  console.model.at("be-1").outOf.delete("fe-1");
  console.for(60_000);
  expect(console.run.hold?.reason.why).toBe("checksFailed");
  expect(console.commands("isolate")).toEqual(["r1/be-1/isolate/isolate/1"]);
  frontend.process = process;
  console.for(30_000);
  expect(console.commands("isolate")).toEqual(["r1/be-1/isolate/isolate/1", "r1/be-1/drain/isolate/1"]);
});
