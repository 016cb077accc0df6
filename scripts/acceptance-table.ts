/** The list as a page: each promise, the tests that prove it, what they were held against, and what became of them. */
import { CHAPTERS, type Row } from "./acceptance-rows.ts";
import { counterpartOf, inWords } from "./acceptance-counterparts.ts";
import type { Ran } from "./acceptance-results.ts";

export type Proof = { readonly row: Row; readonly tests: readonly Ran[] };

const HEAD = "| Row | Promise | Test | Held against | Result |\n| --- | --- | --- | --- | --- |";

export function pageOf(proofs: readonly Proof[]): string {
  const chapters = Object.entries(CHAPTERS).map(([id, title]) => {
    const own = proofs.filter(({ row }) => row.id.startsWith(`${id}-`));
    return `## ${id}: ${title}\n\n${HEAD}\n${own.flatMap(linesOf).join("\n")}`;
  });
  return `${[intro(proofs), ...chapters].join("\n\n")}\n`;
}

function intro(proofs: readonly Proof[]): string {
  const passed = proofs.filter((proof) => verdictOf(proof) === "passed").length;
  const open = proofs.filter((proof) => verdictOf(proof) !== "passed").map(({ row }) => row.id);
  const unseen = new Set(
    proofs.flatMap(({ tests }) =>
      tests.flatMap(({ file, name, result }) => (result === "not run" ? [`${file}\n${name}`] : [])),
    ),
  ).size;
  const silent = unseen === 0 ? "" : `; ${unseen} of their tests were not run`;
  const rest = open.length === 0 ? "" : ` Not proven: ${open.join(", ")}.`;
  return `# Acceptance

Every behaviour that was promised, and the test that proves it. \`npm run acceptance\` runs exactly these tests and writes this
page; \`npm run check\` fails when a row has lost its test. A test names its rows: \`[S1-3] [S1-4] …\`.

**Held against** says what stood opposite. *Real* is the program itself; *played* is a stand-in that this repository has, made
after documents, sources and recordings; *recorded* is what the real one once answered. *A rule* needs nobody opposite.

${passed} of ${proofs.length} rows had a test that passed and none that failed when this page was written${silent}.${rest}`;
}

/** A row counts as proven when something ran and nothing failed. */
export function verdictOf({ tests }: Proof): "passed" | "failed" | "not run" {
  if (tests.some(({ result }) => result === "failed")) return "failed";
  return tests.some(({ result }) => result !== "not run") ? "passed" : "not run";
}

function linesOf({ row, tests }: Proof): readonly string[] {
  return tests.map((test, index) => {
    const [id, promise] = index === 0 ? [row.id, row.promise] : ["", ""];
    const name = `\`${test.file}\`<br>${cell(test.name.replace(/^(\[S\d+-\d+\] )+/, ""))}`;
    return `| ${id} | ${cell(promise)} | ${name} | ${inWords(counterpartOf(test.file))} | ${test.result} |`;
  });
}

function cell(text: string): string {
  return text
    .replaceAll("|", String.raw`\|`)
    .replaceAll("<", "&lt;")
    .replace(/\s+/g, " ");
}
