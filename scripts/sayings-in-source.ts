/**
 * What a driver says to people: the titles, evidence and remedies of its checks, what became of its commands, and why its
 * plans leave something out. Each is a
 * pattern, its parts named {0}, {1}: what is put together from constants and small functions of the same file is followed.
 */
import ts from "typescript";
import { PHASES } from "#lib/run/plan.ts";
import type { Found } from "./messages-in-source.ts";

/** Where a part stands that is known only when it is said. */
const HOLE = "\u0001";
/** Beyond this many ways of saying one thing its parts are not followed any more. */
const MOST_WAYS = 12;
const DEEPEST = 6;

const SAID_AS: ReadonlySet<string> = new Set([
  "title",
  "evidence",
  "why",
  "reason",
  "cause",
  "remedy",
  "means",
  "remark",
]);
const SEVERITIES: ReadonlySet<string> = new Set(["blocks", "needsReason", "warns", "note"]);
/** A plan's words, in the file that makes it. */
const SAID_BY_PLAN: ReadonlySet<string> = new Set(PHASES);

export function sayingsIn(source: ts.SourceFile): readonly Found[] {
  const isPlan = source.fileName.endsWith("/plan.ts");
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    for (const expression of saidBy(node, isPlan)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      const where = `${source.fileName}:${line + 1}`;
      for (const text of waysOf(expression, 0)) if (hasWords(text)) found.push({ text: numbered(text), where });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Whether one of the patterns says this, whatever its parts are; or each of its sentences, and of what semicolons divide. */
export function isKnown(text: string, patterns: readonly string[]): boolean {
  if (!hasWords(text) || isMatched(text, patterns)) return true;
  const parts = apart(text);
  return parts.length > 1 && parts.every((part) => isKnown(part, patterns));
}

/** Whether this pattern says it, or a part of it. */
export function isUsedBy(pattern: string, text: string): boolean {
  if (isMatched(text, [pattern])) return true;
  const parts = apart(text);
  return parts.length > 1 && parts.some((part) => isUsedBy(pattern, part));
}

/** As the screens take a saying apart. */
function apart(text: string): readonly string[] {
  const sentences = text.split(BETWEEN_SENTENCES);
  return sentences.length > 1 ? sentences : text.split(BETWEEN_PARTS);
}

function isMatched(text: string, patterns: readonly string[]): boolean {
  const example = text.replace(PART, "x");
  return patterns.some((pattern) => pattern === text || (hasWords(pattern) && patternOf(pattern).test(example)));
}

/** Whether it stands in one of the files at all: some texts go a way that is not followed here. */
export function isSaidBy(sources: readonly ts.SourceFile[], pattern: string): boolean {
  const [longest = ""] = pattern.split(PART).toSorted((a, b) => b.length - a.length);
  return sources.some((source) => source.text.includes(longest));
}

const PART = /\{\d+\}/g;
const BETWEEN_SENTENCES = /(?<=\.) /;
/** Not within brackets. */
const BETWEEN_PARTS = /; (?![^()]*\))/;

function patternOf(pattern: string): RegExp {
  const literals = pattern.split(PART).map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literals.join("(.+?)")}$`, "s");
}

function saidBy(node: ts.Node, isPlan: boolean): readonly ts.Expression[] {
  if (ts.isCallExpression(node)) {
    const [first, ...others] = node.arguments;
    const { expression } = node;
    if (isAnswer(expression)) return others.length === 0 ? node.arguments : others;
    if (ts.isIdentifier(expression) && expression.text === "listed" && first !== undefined) return [first];
  }
  const entitled = titleIn(node);
  if (entitled !== null) return [entitled];
  const isSaid = (name: string): boolean => SAID_AS.has(name) || (isPlan && SAID_BY_PLAN.has(name));
  if (ts.isPropertyAssignment(node) && isSaid(node.name.getText())) return [node.initializer];
  return ts.isShorthandPropertyAssignment(node) && isSaid(node.name.text) ? [node.name] : [];
}

const ANSWERS: ReadonlySet<string> = new Set(["passes", "fails", "unknown", "done", "refused"]);

/** Of a check, whose question comes first, or of a command: `(isSilent ? unknown : fails)(question, evidence, remedy)`. */
function isAnswer(callee: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(callee)) return isAnswer(callee.expression);
  if (ts.isConditionalExpression(callee)) return isAnswer(callee.whenTrue) || isAnswer(callee.whenFalse);
  return ts.isIdentifier(callee) && ANSWERS.has(callee.text);
}

/** What stands right before a severity, whether a question is asked by a call or kept in a list, is its title. */
function titleIn(node: ts.Node): ts.Expression | null {
  const parts = ts.isCallExpression(node) ? node.arguments : ts.isArrayLiteralExpression(node) ? node.elements : [];
  const at = parts.findIndex((part, index) => index > 0 && ts.isStringLiteralLike(part) && SEVERITIES.has(part.text));
  const title = parts[at - 1];
  return title !== undefined && isText(title) ? title : null;
}

function isText(node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node)) return !SEVERITIES.has(node.text);
  return ts.isTemplateExpression(node) || ts.isConditionalExpression(node);
}

/** Every way in which it may be said; a part that nothing here tells is a hole. */
function waysOf(node: ts.Expression, depth: number): readonly string[] {
  if (depth > DEEPEST) return [HOLE];
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return waysOf(node.expression, depth);
  if (ts.isConditionalExpression(node)) return [...waysOf(node.whenTrue, depth), ...waysOf(node.whenFalse, depth)];
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce<readonly string[]>(
      (ways, span) => together(ways, waysOf(span.expression, depth + 1), span.literal.text),
      [node.head.text],
    );
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return together(waysOf(node.left, depth), waysOf(node.right, depth), "");
  if (ts.isIdentifier(node)) return waysOfName(node, depth + 1);
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) return waysOfCall(node.expression, depth + 1);
  return [HOLE];
}

function together(before: readonly string[], after: readonly string[], rest: string): readonly string[] {
  const ways = before.length * after.length > MOST_WAYS ? [HOLE] : after;
  return before.flatMap((start) => ways.map((end) => `${start}${end}${rest}`));
}

function waysOfName(name: ts.Identifier, depth: number): readonly string[] {
  const declared = declarationOf(name);
  if (declared !== null && ts.isParameter(declared)) return waysOfParameter(declared, depth);
  const initializer = declared !== null && ts.isVariableDeclaration(declared) ? declared.initializer : undefined;
  return initializer === undefined ? [HOLE] : waysOf(initializer, depth);
}

/** What its callers in this file hand over; one that is called elsewhere alone is a hole. */
function waysOfParameter(parameter: ts.ParameterDeclaration, depth: number): readonly string[] {
  const called = parameter.parent;
  if (!ts.isFunctionDeclaration(called) || called.name === undefined) return [HOLE];
  const { text } = called.name;
  const index = called.parameters.indexOf(parameter);
  const handed = allIn(parameter.getSourceFile()).flatMap((node) =>
    ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === text
      ? (node.arguments[index] ?? [])
      : [],
  );
  return handed.length === 0 ? [HOLE] : [...new Set(handed.flatMap((each) => waysOf(each, depth)))];
}

function allIn(node: ts.Node): readonly ts.Node[] {
  const found: ts.Node[] = [node];
  ts.forEachChild(node, (child) => void found.push(...allIn(child)));
  return found;
}

function waysOfCall(callee: ts.Identifier, depth: number): readonly string[] {
  const declared = declarationOf(callee);
  if (declared === null || ts.isParameter(declared)) return [HOLE];
  const made = ts.isVariableDeclaration(declared) ? declared.initializer : declared;
  if (made === undefined || !(ts.isArrowFunction(made) || ts.isFunctionDeclaration(made))) return [HOLE];
  if (made.body === undefined) return [HOLE];
  if (!ts.isBlock(made.body)) return waysOf(made.body, depth);
  const ways = returnedBy(made.body).flatMap((each) => waysOf(each, depth));
  return ways.length === 0 ? [HOLE] : ways;
}

function returnedBy(node: ts.Node): readonly ts.Expression[] {
  if (ts.isReturnStatement(node)) return node.expression === undefined ? [] : [node.expression];
  if (ts.isFunctionLike(node)) return [];
  const found: ts.Expression[] = [];
  ts.forEachChild(node, (child) => void found.push(...returnedBy(child)));
  return found;
}

type Declared = ts.VariableDeclaration | ts.FunctionDeclaration | ts.ParameterDeclaration;

/** The nearest one outward; null for a part of a value, and for what comes from another file. */
function declarationOf(name: ts.Identifier): Declared | null {
  for (let scope: ts.Node | undefined = name.parent; scope !== undefined; scope = scope.parent) {
    const parameter = ts.isFunctionLike(scope)
      ? scope.parameters.find((each) => namesIn(each.name).includes(name.text))
      : undefined;
    if (parameter !== undefined) return ts.isIdentifier(parameter.name) ? parameter : null;
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope) && !ts.isCaseClause(scope)) continue;
    for (const statement of scope.statements) {
      if (ts.isFunctionDeclaration(statement) && statement.name?.text === name.text) return statement;
      if (!ts.isVariableStatement(statement)) continue;
      const declared = statement.declarationList.declarations.find((each) => namesIn(each.name).includes(name.text));
      if (declared !== undefined) return ts.isIdentifier(declared.name) ? declared : null;
    }
  }
  return null;
}

function namesIn(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((each) => (ts.isBindingElement(each) ? namesIn(each.name) : []));
}

/** "{0} lacks {1}" would be found in anybody's sentences: what a system said itself stays as it was said. */
const LEAST_LETTERS = 5;
const LEAST_LETTERS_BESIDE_PARTS = 8;
/** "TooManyRequests": a code, which programs read. */
const CODE = /^[A-Z][a-z]+[A-Z]\w*$/;

function hasWords(text: string): boolean {
  const own = text.replace(PART, HOLE);
  const least = own.includes(HOLE) ? LEAST_LETTERS_BESIDE_PARTS : LEAST_LETTERS;
  return (own.match(/\p{Letter}/gu)?.length ?? 0) >= least && !CODE.test(own);
}

function numbered(text: string): string {
  let index = 0;
  return text.replaceAll(HOLE, () => `{${index++}}`);
}
