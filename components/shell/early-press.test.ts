import { expect, test, vi } from "vitest";
import { repeatEarlyPress } from "./early-press.ts";

function aPress(change: { readonly says?: string; readonly isConnected?: boolean } = {}) {
  const button = { textContent: change.says ?? "Abort…", isConnected: change.isConnected ?? true, click: vi.fn() };
  return { press: { button, said: "Abort…", atMs: 1000 }, end: vi.fn() };
}

test("what was pressed before the page listened is pressed once it does, and no other press is kept", () => {
  const early = aPress();
  repeatEarlyPress(early, 4000);
  expect(early.press.button.click).toHaveBeenCalledOnce();
  expect(early.end).toHaveBeenCalledOnce();
});

test.each([
  ["says something else by now", aPress({ says: "Approve be-02" }), 4000],
  ["is gone", aPress({ isConnected: false }), 4000],
  ["was pressed long ago", aPress(), 12_000],
])("a button that %s is not pressed for anybody", (_, early, nowMs) => {
  repeatEarlyPress(early, nowMs);
  expect(early.press.button.click).not.toHaveBeenCalled();
});

test("nothing was pressed", () => {
  expect(() => repeatEarlyPress({ press: null, end: () => undefined }, 4000)).not.toThrow();
  expect(() => repeatEarlyPress(undefined, 4000)).not.toThrow();
});
