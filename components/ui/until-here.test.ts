import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { untilHere } from "./until-here.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("asks again while the console is away, and brings what came then", async () => {
  let tries = 0;
  const asked = untilHere(async () => {
    tries += 1;
    if (tries < 4) throw new Error("Failed to load chunk");
    return "the part";
  });
  await vi.advanceTimersByTimeAsync(3000);
  expect(await asked).toBe("the part");
  expect(tries).toBe(4);
});

it("fails in the end with the last reason", async () => {
  const asked = untilHere(() => Promise.reject(new Error("Failed to load chunk")));
  const told = expect(asked).rejects.toThrow("Failed to load chunk");
  await vi.advanceTimersByTimeAsync(60_000);
  await told;
});
