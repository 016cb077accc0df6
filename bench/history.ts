/**
 * How long a day of seconds takes: 86,400 samples of some series are kept, then asked for as a screen asks for them.
 * Prints one line for each range. Run by `node bench/history.ts`; leaves nothing behind.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stepForPoints } from "#lib/wire/series-step.ts";
import { createSqliteHistory } from "#server/observer/history.ts";

const HOUR_MS = 3_600_000;
const START_MS = 1_700_000_000_000;
const NAMES = ["cluster/requestsPerS", "cluster/failedPerS", "cluster/p99Ms", "node/be-01/inFlight"] as const;
const RANGES = [0.25, 1, 6, 24] as const;
const POINTS = 720;
const ROUNDS = 20;

const directory = mkdtempSync(join(tmpdir(), "sluice-bench-"));
const history = createSqliteHistory(join(directory, "history.db"));
try {
  const beganMs = performance.now();
  for (let second = 0; second < 86_400; second += 1) {
    const value = 150 + 20 * Math.sin(second / 900) + (second % 7);
    const failed = second % 7919 === 0 ? 3 : 0;
    history.append("c1", START_MS + second * 1000, {
      [NAMES[0]]: value,
      [NAMES[1]]: failed,
      [NAMES[2]]: 4 * value,
      [NAMES[3]]: Math.round(value / 10),
    });
  }
  console.log(
    `kept 86,400 samples of ${NAMES.length} series: ${((performance.now() - beganMs) / 86_400).toFixed(3)} ms a second`,
  );
  for (const hours of RANGES) await measure(hours);
} finally {
  await history.close();
  rmSync(directory, { recursive: true });
}

async function measure(hours: number): Promise<void> {
  const toMs = START_MS + 24 * HOUR_MS;
  const fromMs = toMs - hours * HOUR_MS;
  const stepMs = stepForPoints(fromMs, toMs, POINTS);
  const took: number[] = [];
  let bytes = 0;
  let most = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const beganMs = performance.now();
    const points = await Promise.all(NAMES.map((name) => history.query("c1", name, fromMs, toMs, stepMs)));
    const text = JSON.stringify(points);
    took.push(performance.now() - beganMs);
    bytes = text.length;
    most = Math.max(...points.map(({ length }) => length));
  }
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (ROUNDS - 1))] ?? 0).toFixed(1);
  console.log(
    `${hours} h: ${most} points a series, step ${stepMs / 1000} s, ${(bytes / 1024).toFixed(0)} KiB, ` +
      `median ${at(0.5)} ms, worst ${at(1)} ms`,
  );
}
