import { expect, it } from "vitest";
import { withParams } from "./params.ts";

it("a parameter that changes leaves the others where they are", () => {
  expect(withParams("?node=be-02", { at: "2026-03-12T02:32:49Z" })).toBe("?node=be-02&at=2026-03-12T02:32:49Z");
  expect(withParams("?node=be-02&at=2026-03-12T02:32:49Z", { node: "be 03" })).toBe(
    "?node=be+03&at=2026-03-12T02:32:49Z",
  );
});

it("one that is taken out leaves nothing behind", () => {
  expect(withParams("?at=2026-03-12T02:32:49Z", { at: null })).toBe("");
});
