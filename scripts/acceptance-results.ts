/** What became of tests, from what Vitest and Playwright report. */
import { relative } from "node:path";
import { z } from "zod";
import { isNamed, type Named } from "./acceptance-names.ts";

export type Result = "passed" | "passed on a second try" | "failed" | "not run";
export type Ran = { readonly file: string; readonly name: string; readonly result: Result };

const vitestReport = z.object({
  testResults: z.array(
    z.object({ name: z.string(), assertionResults: z.array(z.object({ title: z.string(), status: z.string() })) }),
  ),
});

const spec = z.object({ title: z.string(), file: z.string(), tests: z.array(z.object({ status: z.string() })) });
const suite = z.object({ specs: z.array(spec).default([]), suites: z.array(z.unknown()).default([]) });
const playwrightReport = z.object({
  config: z.object({ rootDir: z.string() }),
  suites: z.array(z.unknown()),
});

/** Of either runner; nothing where it is no report. */
export function readReport(report: unknown, root: string): readonly Ran[] {
  const vitest = vitestReport.safeParse(report);
  if (vitest.success) {
    return vitest.data.testResults.flatMap(({ name: file, assertionResults }) =>
      assertionResults.map(({ title, status }) => ({
        file: relative(root, file),
        name: title,
        result: status === "passed" || status === "failed" ? status : "not run",
      })),
    );
  }
  const playwright = playwrightReport.safeParse(report);
  if (!playwright.success) return [];
  const folder = relative(root, playwright.data.config.rootDir);
  return playwright.data.suites.flatMap((each) => specsIn(each, folder));
}

function specsIn(reported: unknown, folder: string): readonly Ran[] {
  const read = suite.safeParse(reported);
  if (!read.success) return [];
  const own = read.data.specs.map(({ title, file, tests }): Ran => {
    const statuses = new Set(tests.map(({ status }) => status));
    return { file: `${folder}/${file}`, name: title, result: resultOf(statuses) };
  });
  return [...own, ...read.data.suites.flatMap((each) => specsIn(each, folder))];
}

function resultOf(statuses: ReadonlySet<string>): Result {
  if (statuses.has("unexpected")) return "failed";
  if (statuses.has("flaky")) return "passed on a second try";
  return statuses.has("expected") ? "passed" : "not run";
}

/** One entry a test. What was run again, since it failed beside others, counts as its second try. */
export function merged(reports: readonly (readonly Ran[])[]): readonly Ran[] {
  const byTest = new Map<string, Ran>();
  for (const ran of reports.flat()) {
    const key = `${ran.file}\n${ran.name}`;
    const before = byTest.get(key);
    byTest.set(key, before === undefined ? ran : { ...ran, result: together(before.result, ran.result) });
  }
  return [...byTest.values()];
}

function together(first: Result, second: Result): Result {
  if (second === "not run" || first === "passed") return second === "failed" ? "failed" : first;
  return first === "failed" && second === "passed" ? "passed on a second try" : second;
}

/** The tests that a name stands for: itself, or one a case, in each file that runs it. `files` are those. */
export function testsOf({ name }: Named, files: readonly string[], ran: readonly Ran[]): readonly Ran[] {
  const found = ran.filter((each) => files.includes(each.file) && isNamed(name, each.name));
  const silent = files.filter((file) => found.every((each) => each.file !== file));
  const shown = name.replaceAll("{}", "…");
  // A contract is no test of an adapter whose cases carry other names.
  const untold = found.length === 0 ? silent : [];
  return [...found, ...untold.map((file): Ran => ({ file, name: shown, result: "not run" }))];
}
