/** From a mistake in the configuration to a sentence that says where it stands, what is wrong and what to do. */
import { isMap, isNode, isScalar, type Document, type LineCounter, type Node } from "yaml";
import { z } from "zod";

export type ConfigProblem = {
  readonly line: number;
  /** `clusters[0].account.password`; "" for the file as a whole. */
  readonly path: string;
  readonly wrong: string;
  readonly remedy: string;
};

export type Path = readonly PropertyKey[];

export type Source = { readonly document: Document; readonly lines: LineCounter };

export function problemAt(source: Source, path: Path, wrong: string, remedy: string): ConfigProblem {
  return { line: lineOf(source, path), path: formatPath(path), wrong, remedy };
}

/** All mistakes that a schema found. Unknown keys come one by one, each at its own line. */
export function problemsOf(source: Source, issues: readonly z.core.$ZodIssue[], base: Path): readonly ConfigProblem[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) =>
        problemAt(source, [...path, key], "There is no such setting here.", issue.message),
      );
    }
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      const closest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
      return problemsOf(source, closest, path);
    }
    const [wrong, remedy] = sentences(issue);
    return [problemAt(source, path, wrong, remedy)];
  });
}

/** Where the schema has nothing to say, what was expected; for unknown keys, which there are. Handed to `safeParse`. */
export function explainIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== "unrecognized_keys") return undefined;
  const known = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [];
  return known.length === 0 ? "Remove it." : `Remove it, or use one of: ${known.join(", ")}.`;
}

/** `file:line  path`, what is wrong, what to do; in the order of the file. */
export function formatProblems(file: string, problems: readonly ConfigProblem[]): string {
  const ordered = [...problems].sort((a, b) => a.line - b.line);
  const entries = ordered.map(
    ({ line, path, wrong, remedy }) =>
      `${file}:${line}  ${path === "" ? "(the file)" : path}\n    ${wrong}\n    ${remedy}`,
  );
  const count = ordered.length === 1 ? "One mistake" : `${ordered.length} mistakes`;
  return `${count} in the configuration; nothing was started.\n\n${entries.join("\n\n")}\n`;
}

export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const name = String(key);
    if (!/^[\w-]+$/.test(name)) return `${text}["${name}"]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/** A schema's own message may carry its remedy after the first sentence: "Not a port. Give a number from 1 to 65535." */
function sentences(issue: z.core.$ZodIssue): readonly [string, string] {
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined")) {
    return ["This setting is missing.", `Add it: ${kindOf(issue.expected)}.`];
  }
  if (issue.code === "invalid_type") {
    return [
      sentence(issue.message.replace("Invalid input: expected", "expected")),
      `Write ${kindOf(issue.expected)} here.`,
    ];
  }
  if (issue.code === "invalid_value") return ["This value is not known here.", oneOf(issue.values.map(String))];
  if (issue.code === "invalid_union" && issue.message.startsWith("Invalid discriminator")) {
    const values = [...issue.message.matchAll(/'([^']+)'/g)].map(([, value = ""]) => value);
    return ["This value is not known here.", oneOf(values)];
  }
  const [, wrong = issue.message, remedy = ""] = /^(.*?[.;:])\s+(.*)$/s.exec(issue.message) ?? [];
  return [sentence(wrong.replace(/[;:]$/, "")), remedy === "" ? bounds(issue) : sentence(remedy)];
}

function oneOf(values: readonly string[]): string {
  return `Write ${values.length === 1 ? "" : "one of: "}${values.join(", ")}.`;
}

function bounds(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_small") return `Give at least ${String(issue.minimum)}.`;
  if (issue.code === "too_big") return `Give at most ${String(issue.maximum)}.`;
  return "See docs/configuration.md.";
}

function kindOf(expected: string): string {
  return ARTICLES[expected] ?? expected;
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a group of settings",
  record: "a group of settings",
};

function sentence(text: string): string {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** The line of the innermost thing on the path that stands in the file: a missing setting is shown at its parent. */
function lineOf(source: Source, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = keyNode(source.document, path.slice(0, length));
    const offset = node?.range?.[0];
    if (offset !== undefined) return source.lines.linePos(offset).line;
  }
  return 1;
}

function keyNode(document: Document, path: Path): Node | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last));
    return isNode(pair?.key) ? pair.key : null;
  }
  const item = document.getIn(path, true);
  return isNode(item) ? item : null;
}
