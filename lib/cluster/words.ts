import type { Witness } from "./observation.ts";

/**
 * What people of one system call what every system has. Its driver brings them along, in English, and a screen says them
 * in the reader's language: the console itself knows no system by name.
 */
export type SystemWords = {
  /** How the system writes its own name. */
  readonly name: string;
  /** What its nodes are, where their role says no more than that they serve: "server" and "servers". */
  readonly node: { readonly one: string; readonly many: string };
  /** Its own words for how a node is, which stand in a list although no node is so now. */
  readonly states: readonly string[];
  /** "query" and "queries". */
  readonly work: { readonly one: string; readonly many: string };
  /** Many of one kind, who count requests and failures: "the FEs". Null: nobody does, and they are not measurable. */
  readonly counters: string | null;
  /** Whose routes a node is taken off: "every FE". */
  readonly routers: string;
  /** By what a node is taken for well where no traffic shows it: "tablets and health". */
  readonly health: string;
  /** Through which a small statement of our own can be sent: "FE". Null: there is no such thing. */
  readonly door: string | null;
  /** Of which two are never out at once, whatever is proven: "a front end". */
  readonly neverTwo: string | null;
  /** Where the one who leads can leave in two ways, and which is the better depends: what it is called, and what each means. */
  readonly leaderExit: { readonly title: string; readonly graceful: string; readonly plain: string } | null;
  /** What of its work comes back by itself: nobody has to run it again. */
  readonly comesBack: string | null;
  /** Witnesses that this cluster has not: nobody is silent there. */
  readonly absent: readonly Witness[];
  /** Who has to answer before anything is known: "front end". */
  readonly speaker: string;
};

/** Of a cluster that nobody watches any more: its runs have kept what their work was called. */
export function neutralWords(work: SystemWords["work"] | undefined): SystemWords {
  return {
    name: "",
    node: { one: "server", many: "servers" },
    states: [],
    work: work ?? { one: "request", many: "requests" },
    counters: null,
    routers: "every router",
    health: "health",
    door: null,
    neverTwo: null,
    leaderExit: null,
    comesBack: null,
    absent: [],
    speaker: "control plane",
  };
}
