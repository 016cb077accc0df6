import { expect, test, vi } from "vitest";
import { repeatPress, takeEarlyPress } from "./early-press.ts";

function aPress(change: { readonly says?: string; readonly isConnected?: boolean; readonly eventPhase?: number } = {}) {
  const button = { textContent: change.says ?? "Abort…", isConnected: change.isConnected ?? true, click: vi.fn() };
  return {
    press: { button, said: "Abort…", event: { timeStamp: 1000, eventPhase: change.eventPhase ?? 0 } },
    end: vi.fn(),
  };
}

test("what was pressed before the page listened is pressed once it does, and no other press is kept", () => {
  const early = aPress();
  repeatPress(takeEarlyPress(early), 4000);
  expect(early.press.button.click).toHaveBeenCalledOnce();
  expect(early.end).toHaveBeenCalledOnce();
});

test.each([
  ["says something else by now", aPress({ says: "Approve be-02" }), 4000],
  ["is gone", aPress({ isConnected: false }), 4000],
  ["was pressed long ago", aPress(), 12_000],
  ["is being pressed, and heard by the page itself", aPress({ eventPhase: 3 }), 1001],
])("a button that %s is not pressed for anybody", (_, early, nowMs) => {
  repeatPress(takeEarlyPress(early), nowMs);
  expect(early.press.button.click).not.toHaveBeenCalled();
});

test("nothing was pressed", () => {
  expect(() => repeatPress(takeEarlyPress({ press: null, end: () => undefined }), 4000)).not.toThrow();
  expect(() => repeatPress(takeEarlyPress(undefined), 4000)).not.toThrow();
});
