import { describe, expect, it } from "vitest";
import type { Host } from "#server/orchestrator/host.ts";
import { countConnections } from "./sockets.ts";

const LINES = `0      0         127.0.0.1:8000       127.0.0.1:51234
0      0      [::ffff:10.0.0.7]:8000  [::ffff:10.0.0.9]:51235
`;

function answering(exitCode: number, stdout: string, stderr = ""): Host {
  return {
    name: "mdex-1",
    run: async () => await Promise.resolve({ ok: true, exitCode, stdout, stderr }),
    runOnce: async () => await Promise.resolve({ state: "none" }),
  };
}

describe("connections to a Dgraph", () => {
  const { signal } = new AbortController();

  it("are counted without our own", async () => {
    expect(await countConnections(answering(0, LINES), 8000, () => new Set(), signal)).toEqual({ ok: true, value: 2 });
    expect(await countConnections(answering(0, LINES), 8000, () => new Set([51_235]), signal)).toEqual({
      ok: true,
      value: 1,
    });
    expect(await countConnections(answering(0, ""), 8000, () => new Set(), signal)).toEqual({ ok: true, value: 0 });
  });

  it("are not measurable where the host cannot tell, and never 0", async () => {
    const answer = await countConnections(answering(255, "", "ss: bad filter"), 8000, () => new Set(), signal);
    expect(answer).toEqual({ ok: false, why: "mdex-1: ss: ss: bad filter" });
  });
});
