import type { NodeId } from "../cluster/node.ts";
import type { LoanPurpose } from "./loan.ts";

/**
 * What the run asks the world to do. Every verb means *ensure*: asking again, under the same id, does nothing twice
 * (rule 6). The id comes from the event that caused it, so that a console that takes over asks under the same name.
 */
export type Command = { readonly id: string } & Act;

export type Act =
  /** Take what the whole run needs, such as balance switches; after a node forgot them, take them again. */
  | { readonly verb: "borrow"; readonly nodeId: null }
  | { readonly verb: "isolate"; readonly nodeId: NodeId }
  /** Give back what is owed for these purposes: of one node, or of the run when `nodeId` is null. */
  | { readonly verb: "giveBack"; readonly nodeId: NodeId | null; readonly purposes: readonly LoanPurpose[] }
  | {
      readonly verb: "exit";
      readonly nodeId: NodeId;
      readonly limitMs: number | null;
      readonly how: "graceful" | "plain";
      readonly identity: string | null;
    }
  | { readonly verb: "shorten"; readonly nodeId: NodeId; readonly limitMs: number; readonly identity: string | null }
  | { readonly verb: "force"; readonly nodeId: NodeId; readonly identity: string | null }
  | { readonly verb: "install"; readonly nodeId: NodeId; readonly version: string }
  | { readonly verb: "start"; readonly nodeId: NodeId }
  /** `version`: what ran there before it was touched. Where that lies there still, nothing is changed; null: nobody told. */
  | { readonly verb: "restorePrevious"; readonly nodeId: NodeId; readonly version: string | null }
  /** Run the operator's own command, once under this id. `refused`: it ran and failed. */
  | {
      readonly verb: "hook";
      readonly nodeId: NodeId;
      readonly when: "before" | "after";
      readonly argv: readonly string[];
      readonly limitMs: number;
    }
  /** Remove what was kept of the version before. */
  | { readonly verb: "finalize"; readonly nodeId: NodeId };

export type Verb = Act["verb"];

/**
 * `done`: it is so. `refused`: it was not done, and asking again will not help. `unknown`: nobody can say; it is asked
 * again under the same id, and never assumed.
 */
export type Outcome =
  | { readonly outcome: "done"; readonly evidence: string; readonly forced?: boolean }
  | { readonly outcome: "refused"; readonly reason: string }
  | { readonly outcome: "unknown"; readonly cause: string };
