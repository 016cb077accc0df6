/** On the way out: commands, routes, drain, exit, witnesses. */
import { expect } from "vitest";
import { aRun, telling } from "../scenes.ts";
import { why, at, mute, working, busy, left, act, type Case } from "./seed.ts";

export const LEAVING: readonly Case[] = [
  {
    name: "a command that nobody answers",
    seeded: () => {
      const console = at("check");
      mute(console);
      console.for(12_000);
      return why(console);
    },
    expected: { is: "commandUnanswered", what: "The borrowing for the run is not answered yet" },
  },
  {
    name: "an outcome that is unknown, and asked again",
    seeded: () => {
      const console = aRun();
      console.model.answerFor = ({ verb }) =>
        verb === "isolate" ? { outcome: "unknown", cause: "fe-2 timed out" } : null;
      console.until((run) =>
        [...run.commands.values()].some(({ attempt, answer }) => attempt === 4 && answer !== null),
      );
      return why(console);
    },
    expected: {
      is: "askedAgain",
      what: "Nobody can say whether the isolation of be-1 was carried out: fe-2 timed out",
      number: left(8000, "it is asked again"),
    },
  },
  {
    name: "an outcome that stays unknown",
    seeded: () => {
      const console = aRun();
      console.model.answerFor = ({ verb }) =>
        verb === "isolate" ? { outcome: "unknown", cause: "fe-2 timed out" } : null;
      console.reachHold("outcomeUnknown");
      return why(console);
    },
    expected: { is: "outcomeUnknown", what: expect.stringContaining("fe-2 timed out"), act: act("retry") },
  },
  {
    name: "a command that was refused",
    seeded: () => {
      const console = aRun();
      console.model.answerFor = ({ verb }) =>
        verb === "install" ? { outcome: "refused", reason: "disk full." } : null;
      console.reachHold("commandRefused");
      return why(console);
    },
    expected: {
      is: "commandRefused",
      what: "The install of 4.0.7-bbbbbbb on be-1 was refused: disk full",
      act: act("retry"),
    },
  },
  {
    name: "a route that is still open on one router",
    seeded: () => {
      const console = aRun();
      telling(console, (seen) => ({
        ...seen,
        routing: seen.routing.map((route) => (route.router === "fe-2" ? { ...route, state: "in" } : route)),
      }));
      console.reach("be-1", "isolate");
      console.for(20_000);
      return why(console);
    },
    expected: {
      is: "routeOpen",
      what: "The route to be-1 is still open on fe-2",
      number: { is: "count", count: 1, one: "route", many: "routes" },
      act: act("putBack"),
    },
  },
  {
    name: "a route that opened again while it drains",
    seeded: () => {
      const console = busy(at("drain", { unansweredMs: null }));
      console.for(6000);
      console.model.at("be-1").outOf.delete("fe-1");
      console.for(1000);
      return why(console);
    },
    expected: { is: "routeOpen", what: "The route to be-1 is still open on fe-1" },
  },
  {
    name: "queries that drain, and whose is the oldest",
    seeded: () => {
      const console = busy(at("drain"));
      console.for(10_000);
      return why(console);
    },
    expected: {
      is: "drains",
      what: "be-1 drains; the oldest is a query of finance_ro",
      number: { is: "count", count: 1, one: "query", many: "queries" },
      who: "Its queries end by themselves, or its drain limit is reached.",
      act: act("goOn"),
    },
  },
  {
    name: "queries that drain beyond the limit",
    seeded: () => {
      const console = busy(at("drain", { unansweredMs: 600_000 }));
      console.reachHold("drainLimit");
      return why(console);
    },
    expected: { is: "drains", what: expect.stringContaining("its drain limit is past"), act: act("moveDrainLimit") },
  },
  {
    name: "a drain with only routine loads left",
    seeded: () => {
      const console = at("drain");
      telling(console, (seen) =>
        working(seen, {
          inFlight: [],
          willBeCut: [
            { kind: "stream loads", count: 0 },
            { kind: "routine load tasks", count: 2 },
          ],
        }),
      );
      console.for(5000);
      return why(console);
    },
    expected: {
      is: "onlyCutWork",
      what: "be-1 has only work left that its exit does not wait for: 2 routine load tasks",
      number: { is: "count", count: 2, one: "piece", many: "pieces" },
      act: act("goOn"),
    },
  },
  {
    name: "work that cannot be measured",
    seeded: () => {
      const console = at("drain");
      telling(console, (seen) => working(seen, { inFlight: [{ kind: "queries", count: null }] }));
      console.for(12_000);
      return why(console);
    },
    expected: { is: "notMeasurable", what: "Nobody can count what still runs on be-1", act: act("goOn") },
  },
  {
    name: "an exit that is bounded by its limit",
    seeded: () => {
      const console = busy(at("drain", { onDrainLimit: { do: "goOn" } }));
      console.reach("be-1", "exit");
      console.for(20_000);
      return why(console);
    },
    expected: {
      is: "exits",
      what: "be-1 is exiting, with 1 query left",
      number: left(40_000, "it is killed"),
      act: act("force"),
    },
  },
  {
    name: "a kill that a person asked for",
    seeded: () => {
      const console = busy(at("drain", { onDrainLimit: { do: "goOn" } }));
      console.reach("be-1", "exit");
      console.for(3000);
      mute(console);
      console.model.carry = () => undefined;
      console.ask({ do: "force", nodeId: "be-1" });
      return why(console);
    },
    expected: { is: "forced", what: "be-1 is being killed, asked by ann" },
  },
  {
    name: "a witness that is silent after the exit",
    seeded: () => {
      const console = aRun();
      telling(console, (seen) => ({
        ...seen,
        process: seen.process.filter(({ witness, value }) => witness === "process" || value === "up"),
      }));
      console.reach("be-1", "confirm");
      console.for(20_000);
      return why(console);
    },
    expected: {
      is: "witnessSilent",
      what: "Not everybody says that be-1 is gone: control plane: silent",
      number: left(100_000, "a person is asked"),
      act: null,
    },
  },
  {
    name: "witnesses that disagree after the exit",
    seeded: () => {
      const console = aRun();
      telling(console, (seen) => ({
        ...seen,
        process: seen.process.map((fact) =>
          fact.witness === "process" && fact.value === "gone"
            ? { ...fact, value: "up", asOfMs: fact.seenAtMs, said: "pid 41 runs" }
            : fact,
        ),
      }));
      console.reachHold("witnessesDisagree");
      return why(console);
    },
    expected: { is: "witnessesDisagree", what: expect.stringContaining("pid 41 runs"), act: act("retry") },
  },
  {
    name: "a control plane that repeats what it heard before the exit",
    seeded: () => {
      const console = at("drain");
      telling(console, (seen) => ({
        ...seen,
        process: seen.process.map((fact) =>
          fact.witness === "controlPlane" && fact.value === "gone" ? { ...fact, value: "up", asOfMs: 1 } : fact,
        ),
      }));
      console.reach("be-1", "confirm");
      console.for(8000);
      return why(console);
    },
    expected: { is: "hearsay", what: expect.stringContaining("control plane: old") },
  },
];
