import { describe, expect, it } from "vitest";
import { drawnWindow, scaledWindow } from "./zoom.ts";

const MINUTE_MS = 60_000;
const bounds = { fromMs: 0, toMs: 60 * MINUTE_MS };

describe("a window that is drawn", () => {
  it("may be drawn either way, in whole seconds, inside what there is", () => {
    expect(drawnWindow(90_400, 30_600, bounds)).toEqual({ fromMs: 30_000, toMs: 91_000 });
    expect(drawnWindow(-5000, 30_000, bounds)).toEqual({ fromMs: 0, toMs: 30_000 });
  });

  it("is not meant when it is too short", () => {
    expect(drawnWindow(30_000, 33_000, bounds)).toBeNull();
  });
});

describe("a window that is made narrower or wider", () => {
  const now = { fromMs: 20 * MINUTE_MS, toMs: 40 * MINUTE_MS };

  it("keeps the moment it is read at where it stands", () => {
    expect(scaledWindow(now, 25 * MINUTE_MS, 0.5, bounds)).toEqual({
      fromMs: 22.5 * MINUTE_MS,
      toMs: 32.5 * MINUTE_MS,
    });
  });

  it("never leaves what there is, and says when it is all", () => {
    expect(scaledWindow(now, 20 * MINUTE_MS, 8, bounds)).toEqual(bounds);
    expect(scaledWindow(bounds, 20 * MINUTE_MS, 2, bounds)).toBeNull();
  });

  it("ends where nothing more is told apart", () => {
    const narrow = scaledWindow({ fromMs: 0, toMs: 12_000 }, 6000, 0.5, bounds);
    expect(narrow).toEqual({ fromMs: 1000, toMs: 11_000 });
    expect(scaledWindow({ fromMs: 1000, toMs: 11_000 }, 6000, 0.5, bounds)).toBeNull();
  });
});
