import { describe, expect, it } from "vitest";
import type { Looking } from "#lib/wire/messages.ts";
import { alsoHere } from "./also-here.ts";

const at = (...names: readonly string[]): readonly Looking[] =>
  names.map((name) => ({ name, role: "operator", windows: 1 }));

describe("who else is here", () => {
  it("is everybody but whoever reads it", () => {
    expect(alsoHere(at("ann"), "ann")).toBeNull();
    expect(alsoHere([], "ann")).toBeNull();
    expect(alsoHere(at("ann", "dana"), "ann")).toBe("dana");
    expect(alsoHere(at("ann", "dana", "lee"), "ann")).toBe("dana and lee");
    expect(alsoHere(at("ann", "dana", "eve", "lee"), "ann")).toBe("dana, eve and lee");
    expect(alsoHere(at("ann", "dana", "eve", "lee", "zoe"), "ann")).toBe("dana, eve and 2 more");
  });

  it("and one's own other windows, which act in the same name", () => {
    expect(alsoHere([{ name: "ann", role: "operator", windows: 2 }], "ann")).toBe("you in another window");
    expect(alsoHere([{ name: "ann", role: "operator", windows: 2 }, ...at("dana")], "ann")).toBe(
      "dana and you in another window",
    );
  });
});
