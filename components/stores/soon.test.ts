import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { sendSoon, UNDO_MS } from "./soon.ts";
import { useToasts } from "./toasts.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  useToasts.setState({ toasts: [] });
});

it("A routine act leaves after five seconds, once, however often it is pressed", () => {
  const send = vi.fn<() => void>();
  sendSoon("resume", "Resuming the run", send);
  sendSoon("resume", "Resuming the run", send);
  expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual(["Resuming the run: sent in 5 s."]);
  vi.advanceTimersByTime(UNDO_MS - 1);
  expect(send).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(send).toHaveBeenCalledOnce();
});

it("Taken back it never leaves, and may be asked again", () => {
  const send = vi.fn<() => void>();
  sendSoon("retry be-01", "Trying again be-01", send);
  useToasts.getState().toasts[0]?.undo?.act();
  vi.advanceTimersByTime(2 * UNDO_MS);
  expect(send).not.toHaveBeenCalled();
  expect(useToasts.getState().toasts).toEqual([]);
  sendSoon("retry be-01", "Trying again be-01", send);
  vi.advanceTimersByTime(UNDO_MS);
  expect(send).toHaveBeenCalledOnce();
});
