import { describe, expect, it } from "vitest";
import type { RequestName, RunRequest } from "../run/request.ts";
import { rightOf, rightToStart, whyNotAllowed, type Holders, type Right } from "./rights.ts";
import { ROLES, type PersonRole } from "./role.ts";

const HOLDERS: Holders = { operators: ["lee"], approvers: ["dana"] };
const n = "be-01";
const why = "because";

const REQUESTS: Readonly<Record<RequestName, RunRequest>> = {
  approve: { do: "approve", nodeId: n },
  withdrawApproval: { do: "withdrawApproval", nodeId: n },
  pause: { do: "pause", reason: "" },
  resume: { do: "resume" },
  abort: { do: "abort", reason: why },
  retry: { do: "retry", nodeId: n },
  skip: { do: "skip", nodeId: n, reason: why },
  override: { do: "override", nodeId: n, checkKey: "k", reason: why },
  moveDrainLimit: { do: "moveDrainLimit", nodeId: n, byMs: 1000 },
  goOn: { do: "goOn", nodeId: n },
  putBack: { do: "putBack", nodeId: n, reason: why },
  shorten: { do: "shorten", nodeId: n, limitMs: 1000 },
  force: { do: "force", nodeId: n },
  startAgain: { do: "startAgain", nodeId: n },
  accept: { do: "accept", nodeId: n, reason: why },
  changePolicy: { do: "changePolicy", policy: { soakMs: 1 }, reason: why },
  acceptTopology: { do: "acceptTopology", reason: why },
  settle: { do: "settle", nodeId: n, how: "again", reason: why },
  note: { do: "note", nodeId: null, text: why },
  finish: { do: "finish" },
};

/** Who may, of all requests there are; a new one does not compile until it stands here. */
const MAY: Readonly<Record<RequestName, readonly PersonRole[]>> = {
  approve: ["approver"],
  withdrawApproval: ["operator", "approver"],
  pause: ["operator", "approver"],
  resume: ["operator", "approver"],
  abort: ["operator", "approver"],
  retry: ["operator", "approver"],
  skip: ["operator", "approver"],
  override: ["operator", "approver"],
  moveDrainLimit: ["operator", "approver"],
  goOn: ["operator", "approver"],
  putBack: ["operator", "approver"],
  shorten: ["operator", "approver"],
  force: ["operator", "approver"],
  startAgain: ["operator", "approver"],
  accept: ["operator", "approver"],
  changePolicy: ["operator", "approver"],
  acceptTopology: ["operator", "approver"],
  settle: ["operator", "approver"],
  note: ["operator", "approver"],
  finish: ["operator", "approver"],
};

const allowed = (role: PersonRole, right: Right): boolean => whyNotAllowed(role, right, HOLDERS) === null;

describe("who may do what", () => {
  it.each(Object.values(REQUESTS))("of a run: $do", (request) => {
    expect(ROLES.filter((role) => allowed(role, rightOf(request)))).toEqual(MAY[request.do]);
  });

  it.each([
    ["see", ["viewer", "operator", "approver"]],
    ["note", ["viewer", "operator", "approver"]],
    ["plan", ["operator", "approver"]],
    ["start", ["operator", "approver"]],
    ["startUnapproved", ["approver"]],
    ["changeApproval", ["approver"]],
    ["configure", ["approver"]],
    ["manageAccounts", ["approver"]],
  ] as const)("beside runs: %s", (right, roles) => {
    expect(ROLES.filter((role) => allowed(role, right))).toEqual(roles);
  });

  it("what would do away with approvals is an approver's: a plan without any, and a change of who waits", () => {
    expect(rightToStart({ approval: "none" })).toBe("startUnapproved");
    for (const approval of ["every", "firstOfRole", "firstThenLook"] as const) {
      expect(rightToStart({ approval })).toBe("start");
      expect(rightOf({ do: "changePolicy", policy: { approval }, reason: why })).toBe("changeApproval");
    }
  });
});

describe("a refusal", () => {
  const refused = (role: PersonRole, right: Right, approvers: readonly string[], operators: readonly string[] = []) =>
    whyNotAllowed(role, right, { approvers, operators });

  it("says why, and who can", () => {
    expect(refused("operator", "approve", ["dana"])).toBe("Only an approver may approve; dana is one.");
    expect(refused("operator", "approve", [])).toBe("Only an approver may approve; nobody with an account is one yet.");
    expect(refused("viewer", "ask", ["dana"], ["lee"])).toBe(
      "Only an operator or an approver may act on a run; dana and lee are.",
    );
    expect(refused("viewer", "approve", ["a", "b", "c"])).toBe("Only an approver may approve; a, b and c are.");
    expect(refused("viewer", "approve", ["a", "b", "c", "d", "e"])).toContain("; a, b, c and 2 more are.");
  });
});
