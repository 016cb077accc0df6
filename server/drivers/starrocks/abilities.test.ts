import { expect, it } from "vitest";
import { abilitiesOf, onlyWatched } from "./abilities.ts";

it.each([
  ["3.3.14", false, false, false],
  ["3.4.0", false, false, false],
  ["3.4.1", false, false, false],
  ["3.4.2", true, true, true],
  ["3.4.8-70d1c24", true, true, true],
  ["3.5.7", true, true, true],
  ["4.0.7", true, true, true],
  [null, true, true, true],
])(
  "of %s an FE exits gracefully: %s, scripts take --timeout: %s, the wait can be set: %s",
  (version, fe, script, wait) => {
    expect(abilitiesOf("fe", version).gracefulExit).toBe(fe);
    expect(abilitiesOf("be", version).scriptTakesTimeout).toBe(script);
    expect(abilitiesOf("be", version).waitCanBeSet).toBe(wait);
  },
);

it.each([
  ["3.3.14", false],
  ["3.3.17", true],
  ["3.4.5", false],
  ["3.4.6", true],
  ["3.5.1", false],
  ["3.5.7", true],
  ["4.0.7", true],
])("stop_cn.sh of %s waits for the end and takes --timeout: %s", (version, waits) => {
  expect(abilitiesOf("cn", version)).toMatchObject({ scriptWaits: waits, scriptTakesTimeout: waits });
});

it.each([
  ["3.3.14", false],
  ["3.3.19", true],
  ["3.4.7", false],
  ["3.4.8", true],
  ["3.5.5", false],
  ["3.5.6", true],
  ["4.0.0", true],
])("a graceful exit of %s leaves no version out: %s", (version, safe) => {
  expect(abilitiesOf("be", version).publishesSafely).toBe(safe);
});

it("below 3.3 a node is watched and nothing more", () => {
  expect(onlyWatched("be-1", "3.2.16")).toContain("only watches");
  expect(onlyWatched("be-1", "3.3.0")).toBeNull();
  expect(onlyWatched("be-1", null)).toBeNull();
});
