/** Numbers in the names of tests: `[S1-3] [S1-4] both signals …`. One test may prove several rows, one row may have several tests. */
import ts from "typescript";
import type { Row } from "./acceptance-rows.ts";

/** A name as it stands in a file; `{}` for each part of it that is known only when it runs. */
export type Named = {
  readonly file: string;
  readonly name: string;
  readonly numbers: readonly string[];
};

const NUMBER = /\[(S\d+-\d+)\]/g;

/** For runners that choose tests by a pattern. */
export const NUMBERED = String.raw`\[S[0-9]+-[0-9]+\]`;

export function numbersIn(name: string): readonly string[] {
  return [...new Set([...name.matchAll(NUMBER)].map((match) => match[1] ?? ""))];
}

/** Texts of a file that carry numbers: comments do not count, since nobody runs them. */
export function namesIn(file: string, text: string): readonly Named[] {
  if (numbersIn(text).length === 0) return [];
  const found: Named[] = [];
  const visit = (node: ts.Node): void => {
    const name = textOf(node);
    const numbers = name === null ? [] : numbersIn(name);
    if (name !== null && numbers.length > 0) found.push({ file, name, numbers });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join("");
}

/** Whether a test that ran is the one that is named so. */
export function isNamed(name: string, ran: string): boolean {
  const literals = name.split(/\{\}|%[a-z]/).map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${literals.join(".*")}$`, "s").test(ran);
}

/** What is wrong with the list: a row without a test, and a number that is no row. */
export function problemsOf(rows: readonly Row[], names: readonly Named[]): readonly string[] {
  const known = new Set(rows.map(({ id }) => id));
  const proven = new Set(names.flatMap(({ numbers }) => numbers));
  const twice = rows.filter(({ id }, index) => rows.findIndex((row) => row.id === id) !== index);
  return [
    ...twice.map(({ id }) => `${id} stands in the list twice.`),
    ...rows.flatMap(({ id, promise }) =>
      proven.has(id) ? [] : [`${id} has no test: put [${id}] into the name of the one that proves “${promise}”.`],
    ),
    ...names.flatMap(({ file, name, numbers }) =>
      numbers.filter((id) => !known.has(id)).map((id) => `${file}: ${id} is no row, in “${name}”.`),
    ),
  ];
}
