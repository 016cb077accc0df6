/**
 * What the core says to people, as `said` knows it again: a sentence with {0}, {1} for what is filled in. Where a part is one
 * of two texts, as in `${ids.length === 1 ? "was" : "were"}`, there is a sentence for each.
 */
import ts from "typescript";
import { isForPrograms, whereOf, type Found } from "./messages-in-source.ts";

/** Every sentence that a source writes down, whoever hears it. */
export function sentencesIn(source: ts.SourceFile): readonly Found[] {
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (!isText(node)) return ts.forEachChild(node, visit);
    if (isForPrograms(node)) return;
    for (const pieces of waysOf(node)) {
      const text = numbered(pieces);
      if (readsLikeSentence(text)) found.push({ text, where: whereOf(source, node) });
    }
    for (const inner of filledIn(node)) ts.forEachChild(inner, visit);
  };
  visit(source);
  return found;
}

/** Null: something is filled in here. */
type Piece = string | null;
type Text = ts.StringLiteralLike | ts.TemplateExpression;

/** More than these from one template are no sentences any more. */
const MOST_WAYS = 24;

function isText(node: ts.Node): node is Text {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

function waysOf(node: ts.Expression): readonly (readonly Piece[])[] {
  if (ts.isParenthesizedExpression(node)) return waysOf(node.expression);
  if (ts.isStringLiteralLike(node)) return [[node.text]];
  if (ts.isConditionalExpression(node)) return [...waysOf(node.whenTrue), ...waysOf(node.whenFalse)];
  if (!ts.isTemplateExpression(node)) return [[null]];
  let ways: readonly (readonly Piece[])[] = [[node.head.text]];
  for (const { expression, literal } of node.templateSpans) {
    const each = waysOf(expression);
    ways = ways.flatMap((before) => each.map((part) => [...before, ...part, literal.text])).slice(0, MOST_WAYS);
  }
  return ways;
}

/** What a template fills in and is no text itself: it may hold texts of its own. */
function filledIn(node: ts.Expression): readonly ts.Expression[] {
  if (ts.isParenthesizedExpression(node)) return filledIn(node.expression);
  if (ts.isStringLiteralLike(node)) return [];
  if (ts.isConditionalExpression(node)) return [...filledIn(node.whenTrue), ...filledIn(node.whenFalse)];
  return ts.isTemplateExpression(node) ? node.templateSpans.flatMap(({ expression }) => filledIn(expression)) : [node];
}

function numbered(pieces: readonly Piece[]): string {
  let count = 0;
  return pieces
    .map((piece) => piece ?? `{${count++}}`)
    .join("")
    .trim();
}

/** Two words at least, beside what is filled in. */
function readsLikeSentence(text: string): boolean {
  const words = text.replace(/\{\d+\}/g, " ").match(/\p{Letter}{2,}/gu) ?? [];
  return words.length >= 2 && /\s/.test(text);
}
