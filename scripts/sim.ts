/**
 * `npm run sim -- --histories N --seed S`: plays N seeded histories of consoles over a faulty cluster, on every core, and
 * holds each against the eleven rules. A seed that breaks one is printed; `--seed S --histories 1 --log` tells its story.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { addSum, emptySum, type Sum } from "#server/sim/many.ts";
import { ALL_RULES, RULES } from "#server/sim/rules.ts";
import { simulate } from "#server/sim/simulate.ts";
import { tallyInWords } from "#server/sim/tally.ts";

const AT_ONCE = 250;
const SHOWN_FAILURES = 20;
/** So many in so long is what a check may take. */
const GOAL = { histories: 100_000, withinS: 180 };

const tally = z.record(z.string(), z.number());
const failure = z.object({ seed: z.int(), rule: z.enum(ALL_RULES), what: z.string() });
const counts = { histories: z.int(), hash: z.int(), virtualMs: z.number(), writes: z.int() };
const sumOf = z.object({ ...counts, faults: tally, acts: tally, endings: tally, failures: z.array(failure) });

type Options = { readonly histories: number; readonly seed: number; readonly workers: number };

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      histories: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      workers: { type: "string", default: String(availableParallelism()) },
      log: { type: "boolean", default: false },
    },
  });
  const [histories, seed, workers] = [values.histories, values.seed, values.workers].map(Number);
  if (![histories, seed, workers].every((one) => Number.isSafeInteger(one) && Number(one) >= 0)) {
    say("Usage: npm run sim -- --histories N --seed S [--workers W] [--log]");
    return 64;
  }
  const options = { histories: histories ?? 0, seed: seed ?? 0, workers: workers ?? 1 };
  return values.log ? tell(options) : play(options);
}

/** The story of each history, and what was wrong with it. */
async function tell({ histories, seed }: Options): Promise<number> {
  let failed = 0;
  for (let one = seed; one < seed + histories; one += 1) {
    const { lines, hash, breaches, endings } = await simulate(one, { keepLog: true });
    say(`seed ${one}`);
    for (const line of lines) say(line);
    for (const { rule, what } of breaches) say(`BREACH of ${rule} (${RULES[rule]}): ${what}`);
    say(`seed ${one}: ${endings.join(", ")}; hash ${inHex(hash)}; ${breaches.length} breaches\n`);
    failed += breaches.length;
  }
  return failed === 0 ? 0 : 1;
}

async function play(options: Options): Promise<number> {
  const startedMs = performance.now();
  const sum = await onAllCores(options);
  const tookS = (performance.now() - startedMs) / 1000;
  for (const { seed, rule, what } of sum.failures.slice(0, SHOWN_FAILURES)) {
    say(`BREACH of ${rule} (${RULES[rule]}) at seed ${seed}: ${what}`);
    say(`  node scripts/sim.ts --seed ${seed} --histories 1 --log`);
  }
  const cpu = process.cpuUsage();
  const usedS = (cpu.user + cpu.system) / 1e6;
  say(summary(sum, options, tookS, usedS));
  const goalS = (GOAL.withinS * sum.histories) / GOAL.histories;
  if (sum.histories >= GOAL.histories && tookS > goalS) {
    say(
      `Slower than ${GOAL.histories} in ${GOAL.withinS} s: it had ${usedS.toFixed(0)} s of processor time in ${tookS.toFixed(0)} s ` +
        `on ${options.workers} workers.`,
    );
  }
  return sum.failures.length === 0 ? 0 : 1;
}

/** Seeds are handed out in small lots, so that no core waits for another. */
async function onAllCores({ histories, seed, workers }: Options): Promise<Sum> {
  const total = emptySum();
  let next = seed;
  const end = seed + histories;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./sim-worker.ts", import.meta.url));
      const order = (): void => {
        if (next >= end) return void worker.terminate().then(() => resolve());
        const lot = Math.min(AT_ONCE, end - next);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
        worker.postMessage({ firstSeed: next, histories: lot });
        next += lot;
      };
      worker.on("message", (message: unknown) => {
        addSum(total, sumOf.parse(message));
        order();
      });
      worker.on("error", reject);
      order();
    });
  await Promise.all(Array.from({ length: Math.max(1, workers) }, work));
  return total;
}

function summary(sum: Sum, { seed, workers }: Options, tookS: number, usedS: number): string {
  const perS = sum.histories / tookS;
  const broken = new Set(sum.failures.map(({ seed: one }) => one)).size;
  return [
    `sim: ${sum.histories} histories from seed ${seed} in ${tookS.toFixed(1)} s (${perS.toFixed(0)}/s, ${(perS / workers).toFixed(0)}/s per worker)`,
    `${((usedS * 1000) / sum.histories).toFixed(2)} ms of processor time a history`,
    `${(sum.virtualMs / 3_600_000).toFixed(0)} h of simulated time, ${sum.writes} journal writes, hash ${inHex(sum.hash)}`,
    `rules checked: ${ALL_RULES.join(" ")}; histories with a breach: ${broken}`,
    `endings: ${tallyInWords(sum.endings)}`,
    `acts: ${tallyInWords(sum.acts)}`,
    `faults: ${tallyInWords(sum.faults)}`,
  ].join("; ");
}

function inHex(hash: number): string {
  return hash.toString(16).padStart(8, "0");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
