/** The words of `stall.ts`: what is said of a run that does not move. */
import type { NodeId } from "../../cluster/node.ts";
import type { RequestName } from "../request.ts";

export type StallName =
  | "ended"
  | "journalBroken"
  | "otherConsole"
  | "controlPlaneSilent"
  | "paused"
  | "failureBudget"
  | "waitsForApproval"
  | "approvalDelay"
  | "checksUnanswered"
  | "checkFails"
  | "anotherNodeOut"
  | "lastServing"
  | "notListed"
  | "witnessSilent"
  | "witnessesDisagree"
  | "hearsay"
  | "startedAnew"
  | "topologyChanged"
  | "hookRuns"
  | "hookFailed"
  | "commandUnanswered"
  | "askedAgain"
  | "commandRefused"
  | "outcomeUnknown"
  | "routeOpen"
  | "routeClosed"
  | "drains"
  | "onlyCutWork"
  | "notMeasurable"
  | "exits"
  | "forced"
  | "notGone"
  | "startSlow"
  | "versionWrong"
  | "identityUnchanged"
  | "loanOwed"
  | "gatesFail"
  | "soak"
  | "tooFewRequests"
  | "outByHand"
  | "unsettled"
  | "finish";

export type StallNumber =
  | { readonly is: "count"; readonly count: number; readonly one: string; readonly many: string }
  /** Time until something happens by itself: "asked again", "killed". */
  | { readonly is: "left"; readonly ms: number; readonly until: string };

export type Stall = {
  readonly is: StallName;
  /** What blocks, as the beginning of a sentence: "be-02 waits for approval". */
  readonly what: string;
  readonly number: StallNumber | null;
  readonly sinceMs: number | null;
  /** Who or what can clear it, a sentence of its own. */
  readonly who: string;
  readonly act: { readonly do: RequestName; readonly nodeId: NodeId | null } | null;
  /** When nobody answers, the plan's own rule puts the node back then. */
  readonly byRuleAtMs: number | null;
};

/** What is said of one stall; the rest follows. */
export type Said = Omit<Stall, "byRuleAtMs">;

export function left(ms: number, until: string): StallNumber {
  return { is: "left", ms: Math.max(0, ms), until };
}

export function counted(count: number, one: string, many: string): StallNumber {
  return { is: "count", count, one, many };
}

export function unstopped(text: string): string {
  return text.trim().replace(/\.+$/, "");
}

/** "be-1", "be-1 and be-2", "be-1, be-2 and 3 more". */
export function named(ids: readonly string[]): string {
  const shown = ids.length > 4 ? [...ids.slice(0, 3), `${ids.length - 3} more`] : ids;
  const last = shown.at(-1) ?? "";
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}
