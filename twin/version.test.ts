import { describe, expect, it } from "vitest";
import { atLeast, parseVersion, since } from "./version.ts";

describe("versions", () => {
  it("are compared by number, not as text", () => {
    expect(atLeast(parseVersion("3.10.0"), [3, 9, 9])).toBe(true);
    expect(atLeast(parseVersion("3.4.8-70d1c24"), [3, 4, 10])).toBe(false);
  });

  it("have what was carried back from the patch on that their own minor names", () => {
    const has = (text: string) => since(parseVersion(text), [3, 3, 17], [3, 4, 6], [3, 5, 2]);
    expect(["3.2.16", "3.3.14", "3.3.17", "3.4.4", "3.4.8", "3.5.1", "3.5.7", "4.0.0"].map(has)).toEqual([
      false,
      false,
      true,
      false,
      true,
      false,
      true,
      true,
    ]);
  });
});
