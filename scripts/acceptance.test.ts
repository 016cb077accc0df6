import { describe, expect, it } from "vitest";
import { counterpartOf, inWords, isTold } from "./acceptance-counterparts.ts";
import { runnersOf } from "./acceptance-importers.ts";
import { isNamed, namesIn, numbersIn, problemsOf } from "./acceptance-names.ts";
import { merged, readReport, testsOf } from "./acceptance-results.ts";
import { ROWS } from "./acceptance-rows.ts";
import { pageOf } from "./acceptance-table.ts";

/** Put together, so that this file carries no numbers itself. */
const tag = (id: string): string => `[${id}]`;
const [one, other] = [`S1-3`, `S1-4`];

describe("the numbers of a name", () => {
  it("are all of those that stand in it, each once, and no rule's of another list", () => {
    expect(numbersIn(`${tag(one)} ${tag(other)} [R5] [S1] both signals ${tag(one)}`)).toEqual([one, other]);
    expect(numbersIn("S1-3 without brackets")).toEqual([]);
  });

  it("are read from texts, with a hole for what is known only later, and never from comments", () => {
    const source = `
      // ${tag("S9-1")} is only spoken of
      it("${tag(one)} is heard", () => {});
      it(\`${tag(other)} \${name}: is heard\`, () => {});
      const row = { name: "${tag(other)} planted" };`;
    expect(namesIn("a.test.ts", source)).toEqual([
      { file: "a.test.ts", name: `${tag(one)} is heard`, numbers: [one] },
      { file: "a.test.ts", name: `${tag(other)} {}: is heard`, numbers: [other] },
      { file: "a.test.ts", name: `${tag(other)} planted`, numbers: [other] },
    ]);
  });

  it("are found again in the names that ran", () => {
    expect(isNamed("[x] {}: is heard (why?)", "[x] Go: is heard (why?)")).toBe(true);
    expect(isNamed("[x] of %s: %j", "[x] of 3.3: true")).toBe(true);
    expect(isNamed("[x] {}: is heard", "[x] Go: is not heard")).toBe(false);
  });
});

describe("the list", () => {
  const rows = [
    { id: one, promise: "heard" },
    { id: other, promise: "handled alike" },
  ];

  it("lacks nothing where each row has a test", () => {
    expect(problemsOf(rows, [{ file: "a.test.ts", name: "both", numbers: [one, other] }])).toEqual([]);
  });

  it("names a row without a test, a number that is no row, and a row that stands there twice", () => {
    const problems = problemsOf(
      [...rows, { id: one, promise: "again" }],
      [{ file: "a.test.ts", name: "stray", numbers: [one, "S7-1"] }],
    );
    expect(problems).toEqual([
      `${one} stands in the list twice.`,
      `${other} has no test: put [${other}] into the name of the one that proves “handled alike”.`,
      "a.test.ts: S7-1 is no row, in “stray”.",
    ]);
  });

  it("has ninety-four rows, numbered without a gap", () => {
    const counts = ["S0", "S1", "S2", "S3", "S4"].map(
      (chapter) => ROWS.filter(({ id }) => id.startsWith(`${chapter}-`)).length,
    );
    expect(counts).toEqual([29, 16, 11, 20, 18]);
    const expected = counts.flatMap((count, chapter) =>
      Array.from({ length: count }, (_, index) => `S${chapter}-${index + 1}`),
    );
    expect(ROWS.map(({ id }) => id)).toEqual(expected);
  });
});

describe("who runs a name", () => {
  it("is its own file, or every test file that imports it, over others as well", () => {
    const filesOf = runnersOf(
      new Map([
        ["server/a.contract.ts", ""],
        ["server/under.ts", 'import { a } from "./a.contract.ts";'],
        ["server/fake/one.test.ts", 'import { under } from "../under.ts";'],
        ["e2e/two.e2e.ts", 'import { a } from "#server/a.contract.ts";'],
        ["server/lost.ts", ""],
      ]),
    );
    expect(filesOf("server/a.contract.ts").toSorted()).toEqual(["e2e/two.e2e.ts", "server/fake/one.test.ts"]);
    expect(filesOf("e2e/two.e2e.ts")).toEqual(["e2e/two.e2e.ts"]);
    expect(filesOf("server/lost.ts")).toEqual([]);
  });
});

describe("results", () => {
  const vitest = (status: string): unknown => ({
    testResults: [{ name: "/repo/a.test.ts", assertionResults: [{ title: "heard", status }] }],
  });

  it("are read from both runners, suites within suites", () => {
    expect(readReport(vitest("passed"), "/repo")).toEqual([{ file: "a.test.ts", name: "heard", result: "passed" }]);
    expect(readReport(vitest("skipped"), "/repo")).toMatchObject([{ result: "not run" }]);
    const spec = (status: string) => ({ title: "rolled", file: "roll.e2e.ts", tests: [{ status }] });
    const report = (status: string): unknown => ({
      config: { rootDir: "/repo/e2e" },
      suites: [{ specs: [], suites: [{ specs: [spec(status)] }] }],
    });
    expect(readReport(report("expected"), "/repo")).toEqual([
      { file: "e2e/roll.e2e.ts", name: "rolled", result: "passed" },
    ]);
    const others = ["unexpected", "flaky", "skipped"].flatMap((status) => readReport(report(status), "/repo"));
    expect(others.map(({ result }) => result)).toEqual(["failed", "passed on a second try", "not run"]);
    expect(readReport({ other: 1 }, "/repo")).toEqual([]);
  });

  it("of a second try stand for both, and say so", () => {
    const of = (...statuses: readonly string[]): unknown =>
      merged(statuses.map((status) => readReport(vitest(status), "/repo"))).map(({ result }) => result);
    expect(of("failed", "passed")).toEqual(["passed on a second try"]);
    expect(of("passed", "skipped")).toEqual(["passed"]);
    expect(of("failed", "failed")).toEqual(["failed"]);
  });

  it("that nobody saw are none", () => {
    const named = { file: "a.test.ts", name: "of {}", numbers: [one] };
    const told = readReport(vitest("passed"), "/repo");
    expect(testsOf(named, ["a.test.ts"], told)).toEqual([{ file: "a.test.ts", name: "of …", result: "not run" }]);
  });
});

describe("the page", () => {
  it("tells each row's tests, what they were held against, and what became of them", () => {
    const file = "server/drivers/grpc/languages.int.test.ts";
    const name = `${tag("S2-1")} tells <all> | now`;
    const page = pageOf([{ row: { id: "S2-1", promise: "Told" }, tests: [{ file, name, result: "not run" }] }]);
    expect(page).toContain(`| S2-1 | Told | \`${file}\`<br>tells &lt;all> \\| now | real: gRPC servers | not run |`);
    expect(page).toContain(
      "0 of 1 rows had a test that passed and none that failed when this page was written; 1 of their tests were not run. Not proven: S2-1.",
    );
  });

  it("says of each place whether it was real, played, recorded or a rule", () => {
    const words = [
      "e2e/starrocks/roll.rig.ts",
      "e2e/roll.e2e.ts",
      "server/drivers/servers/owners/systemd-show.test.ts",
      "lib/run/interlocks.test.ts",
    ].map((file) => inWords(counterpartOf(file)));
    expect(words).toEqual([
      "real: StarRocks front ends; their backends are played",
      "played: the StarRocks twin",
      "recorded: what systemctl prints",
      "a rule, by itself",
    ]);
    expect([isTold("lib/run/interlocks.test.ts"), isTold("e2e/elsewhere.e2e.ts")]).toEqual([true, false]);
  });
});
