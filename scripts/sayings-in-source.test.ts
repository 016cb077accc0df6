import ts from "typescript";
import { describe, expect, it } from "vitest";
import { isKnown, isUsedBy, sayingsIn } from "./sayings-in-source.ts";

function saidIn(text: string, name = "server/drivers/x/checks.ts"): readonly string[] {
  return sayingsIn(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true)).map((found) => found.text);
}

describe("what a driver says", () => {
  it("is the evidence of a check and its remedy", () => {
    expect(saidIn('fails(question, "two FEs are down", "Start one of them.");')).toEqual([
      "two FEs are down",
      "Start one of them.",
    ]);
    expect(saidIn('unknown(question, why, a ? "Wait for it." : "Look at its log.")')).toEqual([
      "Wait for it.",
      "Look at its log.",
    ]);
    expect(saidIn("passes(question, `all ${count} are up`)")).toEqual(["all {0} are up"]);
  });

  it("is what became of a command", () => {
    expect(saidIn("done(`pid ${pid} ended`)")).toEqual(["pid {0} ended"]);
    expect(saidIn('const outcome = { outcome: "refused", reason: "nothing was sent" };')).toEqual(["nothing was sent"]);
  });

  it("is no code that programs read", () => {
    expect(saidIn('throttled({ reason: "TooManyRequests" })')).toEqual([]);
  });

  it("is followed through names, constants, small functions and what they are handed", () => {
    const text = `
      const FLAG = "--graceful";
      const line = (home: string) => \`run \${home}/stop \${FLAG}\`;
      function check(orElse: string) {
        const remedy = \`\${line(place.home)} on \${host}\${orElse}.\`;
        return fails(question, words, remedy);
      }
      check("");
      check(", or wait");
    `;
    expect(saidIn(text)).toEqual(["run {0}/stop --graceful on {1}.", "run {0}/stop --graceful on {1}, or wait."]);
  });

  it("is why a plan leaves a phase out", () => {
    const text = 'const skips = { drain: "it is down already", exit: kept }; const kept = "no signal is sent";';
    expect(saidIn(text, "server/drivers/x/plan.ts")).toEqual(["it is down already", "no signal is sent"]);
    expect(saidIn(text)).toEqual([]);
  });

  it("is no saying where nearly all of it is told elsewhere: it would be found in other sentences", () => {
    expect(saidIn("ask(id, null, { title: `${from} to ${to}` })")).toEqual([]);
  });

  it("is the title of a question, which stands right before its severity, in a call or in a list", () => {
    expect(saidIn('ask("budget", null, `${name} leaves room`, "blocks")')).toEqual(["{0} leaves room"]);
    expect(saidIn('const LIST = { running: ["It runs and serves", "needsReason"] };')).toEqual(["It runs and serves"]);
    expect(saidIn('ask("blocks", "note")')).toEqual([]);
  });

  it("is the remedy also where it is decided there whether it failed or is not known", () => {
    expect(saidIn('(silent ? unknown : fails)(question, why, "Correct its owner.")')).toEqual(["Correct its owner."]);
  });

  it("is not known by a pattern that joins anything to anything", () => {
    expect(isKnown("Start it, or correct its address.", ["{0}, {1}", "{0} and {1}"])).toBe(false);
  });

  it("is known by what stands between its semicolons, but not within brackets", () => {
    const patterns = ["pid {0} has ended", "how it ended is not known"];
    expect(isKnown("pid {0} has ended; how it ended is not known", patterns)).toBe(true);
    expect(isKnown("pid {0} has ended; nobody saw it", patterns)).toBe(false);
    expect(isKnown("nobody saw it (pid {0} has ended; how it ended is not known)", patterns)).toBe(false);
    expect(isUsedBy("how it ended is not known", "pid {0} has ended; how it ended is not known")).toBe(true);
  });

  it("is known by its own pattern or by a wider one", () => {
    const patterns = ["Start {0} first.", "Wait until {0}"];
    expect(isKnown("Start {0} first.", patterns)).toBe(true);
    expect(isKnown("Wait until {0} answers, and {1} as well.", patterns)).toBe(true);
    expect(isKnown("Stop {0} first.", patterns)).toBe(false);
  });
});
