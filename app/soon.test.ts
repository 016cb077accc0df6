import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { soon } from "./soon.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what is read soon is waited for", async () => {
  let read = false;
  const reading = new Promise<void>((resolve) => setTimeout(resolve, 90)).then(() => (read = true));
  const waited = soon(reading, 100);
  await vi.advanceTimersByTimeAsync(90);
  await waited;
  expect(read).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("a host that is silent holds no page", async () => {
  const waited = soon(new Promise(() => undefined), 100);
  await vi.advanceTimersByTimeAsync(100);
  await expect(waited).resolves.toBeUndefined();
});

test("what fails soon fails here, and what fails later fails nowhere", async () => {
  await expect(soon(Promise.reject(new Error("refused")), 100)).rejects.toThrow("refused");
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 200));
  const waited = soon(late, 100);
  await vi.advanceTimersByTimeAsync(200);
  await expect(waited).resolves.toBeUndefined();
});
