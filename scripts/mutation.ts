/**
 * `node scripts/mutation.ts`: changes lib/run in every way that Stryker knows, one at a time, and sees whether a test
 * fails. Writes what came of it to `docs/mutation.md`; with files as arguments, of these alone.
 * `--sample N --seed S`: only so many, chosen by the seed; tells the score in one line, and with `--write` in the document.
 * Exits with 1 below 90 %.
 * `--incremental`: what was measured before is taken over where neither the code nor a test that reaches it has changed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import {
  measured,
  mutationDocument,
  readFigures,
  readReport,
  scoreOf,
  tallyOf,
  type Figures,
} from "./mutation-report.ts";
import { ROOT } from "./processes.ts";

const GOAL_PCT = 90;
const REPORT = join(ROOT, "reports/mutation/mutation.json");
const KEPT = join(ROOT, "reports/mutation/incremental");
const FIGURES = join(ROOT, "docs/mutation.json");

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sample: { type: "string" },
      seed: { type: "string", default: "1" },
      workers: { type: "string", default: "2" },
      write: { type: "boolean", default: false },
      incremental: { type: "boolean", default: false },
    },
  });
  const { sample, seed, workers, incremental } = values;
  if (
    ![sample ?? "1", seed, workers].every((one) => /^\d+$/.test(one)) ||
    (sample !== undefined && positionals.length)
  ) {
    say("Usage: node scripts/mutation.ts [--workers W] [--incremental] [FILE... | --sample N --seed S [--write]]");
    return 64;
  }
  const parts = positionals.length > 0 ? [positionals] : halves();
  const share = Math.ceil(Number(sample ?? "0") / parts.length);
  const files: Record<string, Figures["files"][string]> = {};
  for (const [index, part] of parts.entries()) {
    rmSync(REPORT, { force: true });
    const chosen = sample === undefined ? [] : ["--checkers", "sample"];
    const stryker = join(ROOT, "node_modules/@stryker-mutator/core/bin/stryker.js");
    const env = { ...process.env, SLUICE_SAMPLE: String(share), SLUICE_SEED: seed };
    const kept = incremental ? ["--incremental", "--incrementalFile", `${KEPT}-${index}.json`] : [];
    const usual = ["--concurrency", workers, "--logLevel", "warn", "--mutate", part.join(",")];
    const argv = [stryker, "run", ...usual, ...chosen, ...kept];
    const { status } = spawnSync(process.execPath, argv, { cwd: ROOT, env, stdio: "inherit" });
    if (status !== 0 || !existsSync(REPORT)) {
      say("The mutants could not be tested.");
      return 1;
    }
    Object.assign(files, measured(readReport(readFileSync(REPORT, "utf8")), commit()));
  }
  const all = tallyOf(Object.values(files));
  const pct = scoreOf(all);
  if (sample === undefined) await write({ files }, positionals.length === 0);
  else if (values.write) await write({ sample: { ...all, commit: commit(), seed } }, false);
  const seeded = sample === undefined ? "" : `, seed ${seed}`;
  say(
    `${all.mutants} mutants, ${all.killed + all.timedOut} killed, ${all.survived} survived: ${pct.toFixed(1)} %${seeded}`,
  );
  if (sample !== undefined) for (const { place, change } of all.survivors) say(`  survived: ${place} ${change}`);
  return pct >= GOAL_PCT ? 0 : 1;
}

/**
 * The files in two parts, every other one: of some eight thousand mutants at once Stryker's own process runs out of memory.
 * Of each part as many are sampled; they are about as large.
 */
function halves(): readonly (readonly string[])[] {
  const all = globSync("lib/run/**/*.ts", { cwd: ROOT })
    .filter((file) => !file.endsWith(".test.ts") && !file.startsWith("lib/run/testing/"))
    .toSorted();
  return [0, 1].map((odd) => all.filter((_, index) => index % 2 === odd));
}

/** Figures of what was not measured now stay as they were, under the commit at which they were. */
async function write(measuredNow: Partial<Figures>, isWhole: boolean): Promise<void> {
  const before: Figures = existsSync(FIGURES)
    ? readFigures(readFileSync(FIGURES, "utf8"))
    : { sample: null, files: {} };
  const files = { ...(isWhole ? {} : before.files), ...measuredNow.files };
  const figures: Figures = { sample: measuredNow.sample ?? (isWhole ? null : before.sample), files };
  writeFileSync(FIGURES, await format(JSON.stringify(figures), { parser: "json", printWidth: 120 }));
  const text = await format(mutationDocument(figures), { parser: "markdown", printWidth: 120 });
  writeFileSync(join(ROOT, "docs/mutation.md"), text);
}

function commit(): string {
  const git = (...argv: readonly string[]): string => spawnSync("git", argv, { cwd: ROOT, encoding: "utf8" }).stdout;
  const changed = git("status", "--porcelain", "--", "lib/run").trim() === "" ? "" : ", changed";
  return `${git("rev-parse", "--short", "HEAD").trim()}${changed}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
