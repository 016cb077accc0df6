/** A plan's file, read from text. The YAML library is read when it is needed, not with every page. */
import { fieldName, readPlanFile, type FilePath, type FileProblem, type PlanFile } from "#lib/wire/plan-file.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";

export type TextProblem = { readonly line: number | null; readonly field: string; readonly text: string };
export type PlanText =
  { readonly ok: true; readonly file: PlanFile } | { readonly ok: false; readonly problems: readonly TextProblem[] };

export async function readPlanText(text: string): Promise<PlanText> {
  const { isNode, LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  // An alias can make a small text huge: a plan needs none.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const line = lines.linePos(broken.pos[0]).line;
    return {
      ok: false,
      problems: [{ line, field: t("the file"), text: t("It is not YAML: {why}", { why: broken.message }) }],
    };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return { ok: false, problems: [{ line: null, field: t("the file"), text: t("Write it without aliases.") }] };
  }
  const read = readPlanFile(value);
  if (read.ok) return read;
  /** Of the field, else of the nearest one around it that is there. */
  const lineOf = (path: FilePath): number | null => {
    for (let end = path.length; end > 0; end -= 1) {
      const node = document.getIn(path.slice(0, end), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return null;
  };
  return { ok: false, problems: read.problems.map((problem) => inText(problem, lineOf(problem.path))) };
}

function inText({ path, wrong, remedy }: FileProblem, line: number | null): TextProblem {
  return { line, field: fieldName(path), text: sentences([said(wrong), said(remedy)]) };
}
