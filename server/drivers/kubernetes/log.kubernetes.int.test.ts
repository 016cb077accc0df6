/** A pod's log by way of the API server: its kubelet is played, and reads a file in the form in which containers write. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDriver, SIGNAL } from "./testing/open.ts";
import { aNamespace, makeSet, RIG } from "./testing/rig.ts";

const file = join(RIG, "pki/pods.log");
const line = (second: number, text: string): string =>
  `2026-11-22T02:00:${String(second).padStart(2, "0")}.000000000Z stdout F ${text}\n`;

it("the last lines of a pod's log come first, then those after them, each with its time", async () => {
  const namespace = await aNamespace();
  await makeSet(namespace, "web", { replicas: 1, gate: false });
  writeFileSync(file, Array.from({ length: 30 }, (_, second) => line(second, `line ${second}`)).join(""));
  const driver = openDriver(namespace, [{ kind: "StatefulSet", name: "web" }]);
  await driver.readCluster(SIGNAL);
  const first = await driver.readLog("web-0", null, SIGNAL);
  if (!first.ok) throw new Error(first.why);
  expect(first.value.lines).toHaveLength(30);
  expect(first.value.lines.at(-1)).toEqual({ atMs: Date.parse("2026-11-22T02:00:29Z"), text: "line 29" });
  expect(first.value.file).toBe("kubectl logs web-0");
  appendFileSync(file, line(31, "it leaves"));
  const next = await driver.readLog("web-0", first.value.cursor, SIGNAL);
  if (!next.ok) throw new Error(next.why);
  expect(next.value.lines.map(({ text }) => text)).toEqual(["it leaves"]);
  expect(await driver.readLog("web-7", null, SIGNAL)).toMatchObject({ ok: false });
  await driver.close();
});
