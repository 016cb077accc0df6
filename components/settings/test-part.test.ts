import { describe, expect, it } from "vitest";
import type { ConnectionReport, Finding } from "#lib/wire/configuration.ts";
import { sentenceOf } from "./test-part.tsx";

const node = { address: "h:1", role: "fe", leader: true, version: "4.0.7", alive: true } as const;
const cluster = { by: "fe-01", leader: "h:1", versions: ["4.0.7"], sharedData: false, nodes: [node] };
const wrong: Finding = {
  about: "account",
  field: "account.user",
  title: "Rights",
  verdict: "fail",
  evidence: "lacks a",
  remedy: "GRANT a;",
};
const report: ConnectionReport = { tookMs: 1240, unfinished: false, cluster, findings: [] };

describe("the sentence of a test", () => {
  it.each<readonly [string, Partial<ConnectionReport>, string]>([
    ["all is well", {}, "Reached, 1 node, in 1.2 s."],
    ["something is wrong", { findings: [wrong] }, "Reached, 1 node, in 1.2 s; 1 thing is wrong."],
    ["nobody answers", { cluster: null, findings: [wrong] }, "It cannot be reached. 1.2 s."],
    ["nothing at all came", { cluster: null, unfinished: true }, "No answer within 1.2 s."],
    ["its time ran out", { unfinished: true }, "Reached, 1 node, in 1.2 s. Not everything was asked within 1.2 s."],
  ])("where %s", (_what, part, sentence) => {
    expect(sentenceOf({ ...report, ...part })).toBe(sentence);
  });
});
