import { describe, expect, it } from "vitest";
import { createInterruption, interrupt, keepText, keptText, type TextStore } from "./kept.ts";

function store(): TextStore & { readonly all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    getItem: (key) => all.get(key) ?? null,
    setItem: (key, value) => void all.set(key, value),
    removeItem: (key) => void all.delete(key),
  };
}

describe("what was typed", () => {
  it("is there again for who typed it, at the place where they typed it, and for nobody else", () => {
    const kept = store();
    keepText(kept, "dana", "/runs/r1 Abort?", "the disk is full");
    expect(keptText(kept, "dana", "/runs/r1 Abort?")).toBe("the disk is full");
    expect(keptText(kept, "lee", "/runs/r1 Abort?")).toBe("");
    expect(keptText(kept, "dana", "/runs/r2 Abort?")).toBe("");
  });

  it("is gone once it was sent, and leaves nothing behind", () => {
    const kept = store();
    keepText(kept, "dana", "a", "text");
    keepText(kept, "dana", "a", "");
    expect(kept.all.size).toBe(0);
  });

  it("costs nothing where a browser stores nothing", () => {
    const refuse = (): never => {
      throw new Error("no storage");
    };
    const none: TextStore = { getItem: refuse, setItem: refuse, removeItem: refuse };
    keepText(none, "dana", "a", "text");
    expect(keptText(none, "dana", "a")).toBe("");
  });
});

describe("a page that was cut short", () => {
  it("is known to the next one, and not to the one after it", () => {
    const kept = store();
    interrupt(kept);
    const next = createInterruption(() => kept);
    expect([next(), next()]).toEqual([true, true]);
    expect(createInterruption(() => kept)()).toBe(false);
  });
});
