import type { SystemWords } from "#lib/cluster/words.ts";

export const WORDS: SystemWords = {
  name: "StarRocks",
  node: { one: "server", many: "servers" },
  states: ["OK", "SHUTDOWN", "DISCONNECTED", "CONNECTING"],
  work: { one: "query", many: "queries" },
  counters: "the FEs",
  routers: "every FE",
  health: "tablets and health",
  door: "FE",
  neverTwo: "a front end",
  leaderExit: {
    title: "FE leader's exit",
    graceful:
      "It hands over and lets its clients finish. Some versions lose loads that run meanwhile; pre-flight says so.",
    plain: "It stops at once; the others elect a leader. Statements on it are cut.",
  },
  comesBack: "routine loads and connectors",
  absent: [],
  speaker: "front end",
};
