import { afterEach, expect, it, vi } from "vitest";
import { localZone, UTC } from "#components/zone.ts";
import { readTimes, toggleTimes, useTimes } from "./times.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  useTimes.setState({ zone: UTC, isLocal: false });
});

function page(times?: string): { readonly kept: Map<string, string>; readonly dataset: Record<string, string> } {
  const kept = new Map<string, string>();
  const dataset: Record<string, string> = times === undefined ? {} : { times };
  vi.stubGlobal("document", { documentElement: { dataset } });
  vi.stubGlobal("localStorage", { setItem: (key: string, value: string) => kept.set(key, value) });
  return { kept, dataset };
}

it("times are UTC until somebody chooses otherwise, and what was chosen before the first paint holds", () => {
  page();
  readTimes();
  expect(useTimes.getState()).toEqual({ zone: UTC, isLocal: false });
  page("local");
  readTimes();
  expect(useTimes.getState()).toEqual({ zone: localZone(), isLocal: true });
});

it("a choice holds for every screen at once, and is kept in the browser", () => {
  const { kept, dataset } = page();
  toggleTimes();
  expect(useTimes.getState().isLocal).toBe(true);
  expect([...kept]).toEqual([["sluice-times", "local"]]);
  expect(dataset["times"]).toBe("local");
  toggleTimes();
  expect(useTimes.getState()).toEqual({ zone: UTC, isLocal: false });
  expect(kept.get("sluice-times")).toBe("utc");
});

it("a browser that stores nothing shows what was chosen all the same", () => {
  page();
  vi.stubGlobal("localStorage", {
    setItem: () => {
      throw new Error("nothing is stored here");
    },
  });
  toggleTimes();
  expect(useTimes.getState().isLocal).toBe(true);
});
