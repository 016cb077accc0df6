import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { bufferedTruthWriter, readTruth, truthFile, truthWriter } from "./truth.ts";

const root = mkdtempSync(join(tmpdir(), "twin-truth-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it("reads whole lines, in the order of writing, and leaves one that is being written", () => {
  truthWriter(root)({ what: "leader", node: "fe-01" });
  const buffered = bufferedTruthWriter(root, 60_000);
  buffered.write({ what: "leader", node: "fe-02" });
  expect(readTruth(root)).toMatchObject([{ node: "fe-01" }]);
  buffered.flush();
  appendFileSync(truthFile(root), '{"atMs":1,"what":"lea');
  expect(readTruth(root)).toMatchObject([{ node: "fe-01" }, { what: "leader", node: "fe-02" }]);
});
