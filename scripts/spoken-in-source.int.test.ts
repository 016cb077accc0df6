import ts from "typescript";
import { describe, expect, it } from "vitest";
import { sentencesIn } from "./spoken-in-source.ts";

function said(source: string): readonly string[] {
  return sentencesIn(ts.createSourceFile("a.ts", source, ts.ScriptTarget.Latest, true)).map(({ text }) => text);
}

describe("the sentences of a source", () => {
  it("have a number for each part that is filled in", () => {
    expect(said("const a = `${node} waits for ${named(who)}`;")).toEqual(["{0} waits for {1}"]);
    expect(said('const a = "It goes on by itself.";')).toEqual(["It goes on by itself."]);
  });

  it("are as many as the ways in which a part can be said", () => {
    const source =
      'const a = `${node} is exiting${left === 0 ? ", with nothing" : `, with ${left} ${many ? "loads" : "load"}`} left`;';
    expect(said(source)).toEqual([
      "{0} is exiting, with nothing left",
      "{0} is exiting, with {1} loads left",
      "{0} is exiting, with {1} load left",
    ]);
  });

  it("are found in a case of a switch, and within what is filled in", () => {
    expect(
      said('switch (a) { case "not one": return `The ${join(all.map((one) => `exit of ${one}`))} failed.`; }'),
    ).toEqual(["The {0} failed.", "exit of {0}"]);
  });

  it("are neither keys, nor what a bug says, nor single words", () => {
    expect(said('const a = { "two words": "word", id: `${run}/${node}` }; invariant(a, "it is broken");')).toEqual([]);
  });
});
