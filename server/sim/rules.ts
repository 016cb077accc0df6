/** The rules of the architecture, section 4, and that of batches (lib/run/SPEC.md, N), by the names under which a breach is told. */
export const RULES = {
  R1: "never more than the allowed number out of service, never the last of its role",
  R2: "upgraded only after every witness confirmed the exit",
  R3: "the next step only after the one before is verified, or was let go by a person",
  R4: "no node is taken out while an interlock refuses",
  R5: "the order of the plan's kind, the leader as it is now",
  R6: "recorded before it is carried out, carried out once, its outcome known",
  R7: "one run a cluster, one owner a cluster",
  R8: "every loan is given back, and only what is ours",
  R9: "every act names who did it, and why",
  R10: "what is not known now is not acted upon",
  R11: "no lost console, front end, host or disk breaks any of it, and the run ends",
  N: "several at once only of one role, each after the others went out, where replicas prove it safe",
} as const;

export type Rule = keyof typeof RULES;

export const ALL_RULES: readonly Rule[] = ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "N"];

/** A rule that was broken in the simulated world, with what was seen. */
export type Breach = { readonly rule: Rule; readonly atMs: number; readonly what: string };
