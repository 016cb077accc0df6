import { expect, it } from "vitest";
import type { Shortcut } from "#components/stores/shortcuts.ts";
import { meaningOf, shownKeys, type Press } from "./keyboard.ts";

const shortcut = (keys: string, label = keys): Shortcut => ({ keys, label, act: () => undefined });
const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrl: false,
  alt: false,
  shift: false,
  inField: false,
  ...more,
});

const all = [shortcut("a", "Approve"), shortcut("g n"), shortcut("g a"), shortcut("ctrl+k"), shortcut("alt+arrowup")];
const labelOf = (meaning: ReturnType<typeof meaningOf>): string =>
  meaning.is === "shortcut" ? meaning.shortcut.label : meaning.is;

it("the second key of a chord is never heard alone: G then A goes to the audit and approves nothing", () => {
  const first = meaningOf(press("g"), null, all, true);
  expect(first).toEqual({ is: "prefix", key: "g" });
  expect(labelOf(meaningOf(press("a"), "g", all, true))).toBe("g a");
  expect(labelOf(meaningOf(press("a"), null, all, true))).toBe("Approve");
});

it("a chord that means nothing ends there", () => {
  expect(meaningOf(press("x"), "g", [...all, shortcut("x")], true).is).toBe("nothing");
});

it("letters are text in fields and dialogs, and keys with a modifier still work there", () => {
  expect(meaningOf(press("a", { inField: true }), null, all, true).is).toBe("nothing");
  expect(labelOf(meaningOf(press("k", { ctrl: true, inField: true }), null, all, true))).toBe("ctrl+k");
});

it("whoever switched letters off keeps the keys with a modifier", () => {
  expect(meaningOf(press("a"), null, all, false).is).toBe("nothing");
  expect(labelOf(meaningOf(press("ArrowUp", { alt: true }), null, all, false))).toBe("alt+arrowup");
});

it("Ctrl A is the browser's, not Approve", () => {
  expect(meaningOf(press("a", { ctrl: true }), null, all, true).is).toBe("nothing");
});

it("a screen's own key comes before the page's", () => {
  expect(labelOf(meaningOf(press("a"), null, [...all, shortcut("a", "Ask")], true))).toBe("Ask");
});

it("shows keys as people read them", () => {
  expect(["g n", "ctrl+k", "?", "alt+arrowup", "arrows"].map(shownKeys)).toEqual([
    "G then N",
    "Ctrl K",
    "?",
    "Alt Up",
    "Arrows",
  ]);
});
