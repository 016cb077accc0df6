/**
 * Which role may do what: one table, asked by the services before they do it and by screens before they offer it. A
 * viewer sees all and asks for nothing; an operator asks for all but approvals; an approver gives those too.
 */
import type { Policy } from "../run/plan.ts";
import type { RequestName, RunRequest } from "../run/request.ts";
import { isAtLeast, type PersonRole } from "./role.ts";

export type Right =
  | "see"
  | "note"
  | "plan"
  | "start"
  | "startUnapproved"
  | "ask"
  | "approve"
  | "changeApproval"
  | "configure"
  | "manageAccounts";

const RIGHTS: Readonly<Record<Right, { readonly least: PersonRole; readonly to: string }>> = {
  see: { least: "viewer", to: "look at this" },
  note: { least: "viewer", to: "be noted" },
  plan: { least: "operator", to: "plan" },
  start: { least: "operator", to: "start runs" },
  // Either would do away with approvals, and so stands for giving them.
  startUnapproved: { least: "approver", to: "start a run that no gate stops" },
  changeApproval: { least: "approver", to: "change which nodes wait for approval" },
  // A cluster's settings say which commands run where, as whom.
  configure: { least: "approver", to: "set up clusters" },
  // Whoever could make an approver could approve.
  manageAccounts: { least: "approver", to: "manage accounts" },
  ask: { least: "operator", to: "act on a run" },
  approve: { least: "approver", to: "approve" },
};

/** Taking an approval back only makes a run more careful: whoever may act may do it. */
const OF_REQUEST: Readonly<Record<RequestName, Right>> = {
  approve: "approve",
  withdrawApproval: "ask",
  pause: "ask",
  resume: "ask",
  abort: "ask",
  retry: "ask",
  skip: "ask",
  override: "ask",
  moveDrainLimit: "ask",
  goOn: "ask",
  putBack: "ask",
  shorten: "ask",
  force: "ask",
  startAgain: "ask",
  accept: "ask",
  changePolicy: "ask",
  acceptTopology: "ask",
  settle: "ask",
  note: "ask",
  finish: "ask",
};

export function rightOf(request: RunRequest): Right {
  if (request.do === "changePolicy" && request.policy.approval !== undefined) return "changeApproval";
  return OF_REQUEST[request.do];
}

export function rightToStart({ approval }: Pick<Policy, "approval">): Right {
  return approval === "none" ? "startUnapproved" : "start";
}

/** Who has an account with at least this role. */
export type Holders = { readonly operators: readonly string[]; readonly approvers: readonly string[] };
export const NOBODY: Holders = { operators: [], approvers: [] };

/** "Only an approver may approve; dana is one." Null: this role may. */
export function whyNotAllowed(role: PersonRole, right: Right, holders: Holders): string | null {
  const { least, to } = RIGHTS[right];
  if (isAtLeast(role, least)) return null;
  const isApproval = least === "approver";
  const who = isApproval ? holders.approvers : [...holders.approvers, ...holders.operators];
  return `Only ${isApproval ? "an approver" : "an operator or an approver"} may ${to}; ${areThose(who)}.`;
}

const MOST_NAMES = 3;

function areThose(names: readonly string[]): string {
  const [first, ...others] = names;
  if (first === undefined) return "nobody with an account is one yet";
  if (others.length === 0) return `${first} is one`;
  const isMany = names.length > MOST_NAMES;
  const named = isMany ? names.slice(0, MOST_NAMES) : names.slice(0, -1);
  const last = isMany ? `${names.length - MOST_NAMES} more` : (names.at(-1) ?? "");
  return `${named.join(", ")} and ${last} are`;
}
