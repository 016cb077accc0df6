import type { NodeId } from "../cluster/node.ts";
import type { Actor } from "./actor.ts";
import type { PolicyPatch } from "./plan.ts";

/** What an operator may ask of a run. It is accepted, or answered with a refusal that says why and who can. */
export type RunRequest =
  | { readonly do: "approve"; readonly nodeId: NodeId }
  | { readonly do: "withdrawApproval"; readonly nodeId: NodeId }
  | { readonly do: "pause"; readonly reason: string }
  | { readonly do: "resume" }
  | { readonly do: "abort"; readonly reason: string }
  | { readonly do: "retry"; readonly nodeId: NodeId }
  | { readonly do: "skip"; readonly nodeId: NodeId; readonly reason: string }
  | { readonly do: "override"; readonly nodeId: NodeId; readonly checkKey: string; readonly reason: string }
  /** Move the limit of the reversible drain, later or earlier. */
  | { readonly do: "moveDrainLimit"; readonly nodeId: NodeId; readonly byMs: number }
  | { readonly do: "goOn"; readonly nodeId: NodeId }
  | { readonly do: "putBack"; readonly nodeId: NodeId; readonly reason: string }
  /** Bring the limit of the committed exit nearer: this long from now. */
  | { readonly do: "shorten"; readonly nodeId: NodeId; readonly limitMs: number }
  | { readonly do: "force"; readonly nodeId: NodeId }
  | { readonly do: "startAgain"; readonly nodeId: NodeId }
  | { readonly do: "accept"; readonly nodeId: NodeId; readonly reason: string }
  | { readonly do: "changePolicy"; readonly policy: PolicyPatch; readonly reason: string }
  /** The cluster is another than was planned for, and that is well: go on. */
  | { readonly do: "acceptTopology"; readonly reason: string }
  /** What is to become of a node that was skipped or put back. */
  | { readonly do: "settle"; readonly nodeId: NodeId; readonly how: "again" | "leave"; readonly reason: string }
  /** Write something on the run, or on one of its steps. */
  | { readonly do: "note"; readonly nodeId: NodeId | null; readonly text: string }
  | { readonly do: "finish" };

/** The most characters of a note. */
export const NOTE_LENGTH = 2000;

export type RequestName = RunRequest["do"];

export type Refusal = {
  /** A full sentence: why not, and what would have to be so. */
  readonly reason: string;
  /** Set when somebody asked for the very same before. */
  readonly already: { readonly by: Actor; readonly atMs: number } | null;
};

/** Under what a run keeps who asked for something last. */
export function askedKey(what: RequestName, nodeId: NodeId | null): string {
  return nodeId === null ? what : `${what}@${nodeId}`;
}
