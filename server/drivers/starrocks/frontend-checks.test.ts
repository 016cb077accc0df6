import { describe, expect, it } from "vitest";
import { journalCheck, quorumCheck } from "./frontend-checks.ts";
import { recordedNodes } from "./testing/nodes.ts";
import type { StarRocksNode } from "./topology.ts";

const three = recordedNodes().filter(({ role }) => role === "fe");

function frontend(change: Partial<StarRocksNode> & { readonly at: number }): StarRocksNode {
  const { at, ...rest } = change;
  const node = three[at];
  if (node === undefined) throw new Error(`no FE ${at}`);
  return { ...node, ...rest };
}

const all = [frontend({ at: 0 }), frontend({ at: 1 }), frontend({ at: 2 })];

describe("quorum, as an FE itself asks before it honours -g", () => {
  it("one of three may leave, in words that one can count", () => {
    const check = quorumCheck(all, frontend({ at: 0 }));
    expect(check).toMatchObject({ verdict: "pass", severity: "blocks" });
    expect(check.evidence).toBe(
      "if 192.0.2.3:9010 exits now: 2 of 3 left, 2 needed, writes go on, graceful exit allowed",
    );
  });

  it("with one dead, none of the others may, and the remedy names the dead one", () => {
    const check = quorumCheck([frontend({ at: 0, alive: false }), ...all.slice(1)], frontend({ at: 1 }));
    expect(check.verdict).toBe("fail");
    expect(check.remedy).toContain("192.0.2.3:9010");
  });

  it("the dead one itself may be upgraded: nobody leaves by it", () => {
    const dead = frontend({ at: 0, alive: false });
    expect(quorumCheck([dead, ...all.slice(1)], dead).verdict).toBe("pass");
  });

  it("with one or two FEs none can leave without an outage", () => {
    expect(quorumCheck(all.slice(0, 1), frontend({ at: 0 }))).toMatchObject({ verdict: "fail" });
    expect(quorumCheck(all.slice(0, 2), null).remedy).toContain("ADD FOLLOWER");
  });

  it("an observer does not vote, and is held to the same rule", () => {
    const observer = frontend({ at: 0, id: "fe-4", leadership: "observer" });
    expect(quorumCheck([...all, observer], observer).evidence).toContain("3 of 3 left, 2 needed, writes go on");
    expect(quorumCheck([frontend({ at: 0, alive: false }), ...all.slice(1), observer], observer).verdict).toBe("fail");
  });

  it("one that is not in the group does not count", () => {
    expect(quorumCheck([frontend({ at: 0, joined: false }), ...all.slice(1)], frontend({ at: 1 })).verdict).toBe(
      "fail",
    );
  });
});

describe("journal", () => {
  it("followers close to the leader pass, one far behind is named", () => {
    expect(journalCheck(all).verdict).toBe("pass");
    const behind = [frontend({ at: 0, journalId: 5 }), frontend({ at: 1 }), frontend({ at: 2, journalId: 5000 })];
    expect(journalCheck(behind)).toMatchObject({ verdict: "fail" });
    expect(journalCheck(behind).remedy).toContain("192.0.2.3:9010");
  });

  it("without a leader it cannot be said", () => {
    expect(journalCheck(all.map((node) => ({ ...node, leadership: "follower" as const }))).verdict).toBe("unknown");
  });
});
