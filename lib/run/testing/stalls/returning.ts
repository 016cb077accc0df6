/** On the way back: install, start, giving back, gates. */
import { expect } from "vitest";
import { aRun, telling, UNHEALTHY } from "../scenes.ts";
import { why, at, left, act, type Case } from "./seed.ts";

export const RETURNING: readonly Case[] = [
  {
    name: "an install that takes its time",
    seeded: () => {
      const console = aRun();
      const carry = console.model.carry.bind(console.model);
      console.model.carry = (command, attempt) => (command.verb === "install" ? undefined : carry(command, attempt));
      console.until((run) => [...run.commands.values()].some(({ command }) => command.verb === "install"));
      console.for(30_000);
      return why(console);
    },
    expected: { is: "commandUnanswered", what: "The install of 4.0.7-bbbbbbb on be-1 is not answered yet" },
  },
  {
    name: "a start that is slow",
    seeded: () => {
      const console = at("restart");
      telling(console, (seen) => ({ ...seen, process: [], admission: [], remark: "loading tablets" }));
      console.for(30_000);
      return why(console);
    },
    expected: {
      is: "startSlow",
      what: expect.stringContaining("loading tablets"),
      number: left(90_000, "a person is asked"),
      act: null,
    },
  },
  {
    name: "a wrong version after the start",
    seeded: () => {
      const console = at("restart");
      telling(console, (seen) => ({
        ...seen,
        version: seen.version === null ? null : { ...seen.version, value: "4.0.6-aaaaaaa" },
      }));
      console.for(30_000);
      return why(console);
    },
    expected: { is: "versionWrong", what: "be-1 was started: It runs 4.0.6-aaaaaaa, not 4.0.7-bbbbbbb" },
  },
  {
    name: "an identity that did not change",
    seeded: () => {
      const console = at("restart");
      telling(console, (seen) => ({
        ...seen,
        identity: seen.identity === null ? null : { ...seen.identity, value: "be-1#1" },
      }));
      console.reachHold("notServing");
      return why(console);
    },
    expected: { is: "identityUnchanged", what: expect.stringContaining("be-1#1"), number: null, act: act("retry") },
  },
  {
    name: "a loan that an FE does not take back",
    seeded: () => {
      const console = aRun();
      console.model.answerFor = ({ verb }) =>
        verb === "giveBack" ? { outcome: "unknown", cause: "fe-2 does not answer" } : null;
      console.reachHold("loansOwed");
      return why(console);
    },
    expected: {
      is: "loanOwed",
      what: expect.stringContaining("fe-2"),
      number: expect.objectContaining({ until: "it is tried again" }),
    },
  },
  {
    name: "a router that does not show it again",
    seeded: () => {
      const console = at("restart");
      telling(console, (seen) => ({
        ...seen,
        routing: seen.routing.map((route) =>
          route.router === "fe-2" ? { ...route, state: "out", kind: "MANUAL" } : route,
        ),
      }));
      console.reach("be-1", "readmit");
      console.for(20_000);
      return why(console);
    },
    expected: { is: "routeClosed", what: "be-1 is not shown as let in again on fe-2" },
  },
  {
    name: "a soak that lasts",
    seeded: () => {
      const console = at("verify", { soakMs: 60_000 });
      console.until((run) => run.steps[0]?.soakSinceMs !== null);
      console.for(20_000);
      return why(console);
    },
    expected: { is: "soak", number: left(40_000, "its soak is over"), act: null },
  },
  {
    name: "gates that fail",
    seeded: () => {
      const console = at("verify");
      console.model.gates = [UNHEALTHY];
      console.for(20_000);
      return why(console);
    },
    expected: {
      is: "gatesFail",
      what: "be-1 is back, and “Every tablet is healthy” does not hold: 12 are not",
      number: { is: "count", count: 1, one: "gate", many: "gates" },
    },
  },
  {
    name: "too few requests to tell",
    seeded: () => {
      const console = at("verify", { minRequests: 500 });
      console.model.requests = 12;
      console.reachHold("inconclusive");
      return why(console);
    },
    expected: {
      is: "tooFewRequests",
      what: "Whether be-1 is well cannot be told: 12 requests, 0 failed, during the soak",
      who: expect.stringContaining("500"),
      act: act("accept"),
    },
  },
];
