/**
 * `npm run acceptance`: runs the tests that prove what was promised, and writes docs/acceptance.md. It fails where a row has no
 * test, a number is no row, or a test failed. `--list` looks at names alone; `--lanes unit,int` runs some of the lanes, and
 * `--reports FOLDER` takes results that are there already with those of this run.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { isTold } from "./acceptance-counterparts.ts";
import { namesIn, NUMBERED, problemsOf, type Named } from "./acceptance-names.ts";
import { merged, readReport, testsOf, type Ran } from "./acceptance-results.ts";
import { ROWS } from "./acceptance-rows.ts";
import { pageOf, verdictOf, type Proof } from "./acceptance-table.ts";
import { runnersOf } from "./acceptance-importers.ts";
import { NODE, ROOT, run } from "./processes.ts";

const LANES = ["unit", "int", "e2e", "starrocks", "kubernetes"];
const PAGE = "docs/acceptance.md";

const { values: asked } = parseArgs({
  options: { list: { type: "boolean" }, lanes: { type: "string" }, reports: { type: "string" } },
});

async function main(): Promise<number> {
  const sources = readSources();
  const names = [...sources].flatMap(([file, text]) => (file.startsWith("scripts/") ? [] : namesIn(file, text)));
  const filesOf = runnersOf(sources);
  const adrift = names.filter(({ file }) => filesOf(file).length === 0);
  const runners = [...new Set(names.flatMap(({ file }) => filesOf(file)))].toSorted();
  const problems = [
    ...problemsOf(
      ROWS,
      names.filter((name) => !adrift.includes(name)),
    ),
    ...runners.flatMap((file) =>
      isTold(file) ? [] : [`${file}: what it is held against is not told in scripts/acceptance-counterparts.ts.`],
    ),
    ...adrift.map(({ file, name }) => `${file}: “${name}” is run by no test file.`),
  ];
  for (const problem of problems) say(problem);
  say(`${ROWS.length} rows, ${names.length} names that carry their numbers, ${problems.length} problems.`);
  if (asked.list === true) return problems.length === 0 ? 0 : 1;

  const folder = asked.reports ?? mkdtempSync(join(tmpdir(), "sluice-acceptance-"));
  mkdirSync(folder, { recursive: true });
  const lanes = asked.lanes?.split(",").filter((lane) => lane !== "") ?? LANES;
  const ended: (readonly [string, number])[] = [];
  for (const lane of lanes) ended.push([lane, await runLane(lane, folder, runners)]);
  const ran = merged(reportsIn(folder));
  if (asked.reports === undefined) rmSync(folder, { recursive: true });

  const proofs = ROWS.map((row): Proof => ({
    row,
    tests: names
      .filter(({ numbers }) => numbers.includes(row.id))
      .flatMap((name: Named) => testsOf(name, filesOf(name.file), ran)),
  }));
  writeFileSync(join(ROOT, PAGE), pageOf(proofs));
  await run("prettier", [join(ROOT, "node_modules/.bin/prettier"), "--write", "--log-level", "warn", PAGE]);
  return judge(proofs, problems, ended);
}

function judge(
  proofs: readonly Proof[],
  problems: readonly string[],
  ended: readonly (readonly [string, number])[],
): number {
  const count = (verdict: string): number => proofs.filter((proof) => verdictOf(proof) === verdict).length;
  for (const [lane, code] of ended) if (code !== 0) say(`The lane ${lane} ended with ${code}.`);
  say(
    `${count("passed")} rows passed, ${count("failed")} failed, ${count("not run")} were not run; ${PAGE} is written.`,
  );
  const failed = count("failed") > 0 || problems.length > 0 || ended.some(([, code]) => code !== 0);
  return failed ? 1 : 0;
}

async function runLane(lane: string, reports: string, files: readonly string[]): Promise<number> {
  const chosen = ["--only", lane, "--named", NUMBERED, "--reports", reports, ...files];
  return await run(lane, [NODE, "scripts/test.ts", ...chosen]);
}

/** A second try is told in a file of its own name, after the first. */
function reportsIn(folder: string): readonly (readonly Ran[])[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const inOrder = files.toSorted((a, b) => Number(a.includes("-again")) - Number(b.includes("-again")));
  return inOrder.map((name) => {
    const report: unknown = JSON.parse(readFileSync(join(folder, name), "utf8"));
    return readReport(report, ROOT);
  });
}

function readSources(): ReadonlyMap<string, string> {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const files = [...new Set(listed.trim().split("\n"))];
  return new Map(files.flatMap((file) => readSource(file)));
}

function readSource(file: string): readonly (readonly [string, string])[] {
  try {
    return [[file, readFileSync(join(ROOT, file), "utf8")]];
  } catch {
    // Removed, and not committed so yet.
    return [];
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main();
