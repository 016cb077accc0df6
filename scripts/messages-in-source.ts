/** What a source says to people: the messages that it asks for, and texts that were written down without asking. */
import ts from "typescript";

export type Found = { readonly text: string; readonly where: string };

/** Every literal that is handed to `t` or `msg`. */
export function messagesIn(source: ts.SourceFile): readonly Found[] {
  const found: Found[] = [];
  visit(source, (node) => {
    if (!ts.isCallExpression(node) || !asksForText(node.expression)) return;
    for (const text of literalsOf(node.arguments[0])) found.push({ text, where: whereOf(source, node) });
  });
  return found;
}

/** Texts that read like words for people and go past `t`. */
export function bareTexts(source: ts.SourceFile): readonly Found[] {
  const found: Found[] = [];
  visit(source, (node) => {
    const text = textOf(node);
    if (text === null || !readsLikeWords(text, node) || isForPrograms(node)) return;
    found.push({ text: text.trim(), where: whereOf(source, node) });
  });
  return found;
}

function asksForText(callee: ts.Expression): boolean {
  return ts.isIdentifier(callee) && (callee.text === "t" || callee.text === "msg");
}

/** `t(is ? "a" : "b")` says either. */
function literalsOf(node: ts.Expression | undefined): readonly string[] {
  if (node === undefined) return [];
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return literalsOf(node.expression);
  if (ts.isConditionalExpression(node)) return [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)];
  return [];
}

function textOf(node: ts.Node): string | null {
  if (ts.isJsxText(node) || ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…");
}

/** A sentence, a capitalised word, or in JSX any word at all. Keys, classes and units are one small word; RunEnded is no word. */
function readsLikeWords(text: string, node: ts.Node): boolean {
  const words = text.trim();
  if (!/\p{Letter}{2}/u.test(words)) return false;
  if (ts.isJsxText(node)) return true;
  if (words.startsWith("<svg ") || /^(?:\p{Lu}\p{Ll}+){2,}$/u.test(words)) return false;
  return /\p{Letter}{2,}[\s…]+\S*\p{Letter}/u.test(words) || /^\p{Lu}\p{Ll}+/u.test(words);
}

/** Names of modules, classes, keys and events; what a bug says; what was asked for already. */
export function isForPrograms(node: ts.Node): boolean {
  for (let child = node, parent = node.parent; parent !== undefined; child = parent, parent = parent.parent) {
    if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isTypeNode(parent)) return true;
    if (ts.isThrowStatement(parent) || ts.isElementAccessExpression(parent)) return true;
    if (ts.isCaseClause(parent) && parent.expression === child) return true;
    if (ts.isPropertyAssignment(parent) && parent.name === child) return true;
    if (ts.isBinaryExpression(parent) && isComparison(parent.operatorToken.kind)) return true;
    if (ts.isJsxAttribute(parent)) return ATTRIBUTES_FOR_PROGRAMS.test(parent.name.getText());
    if (ts.isCallExpression(parent)) return parent.expression === child ? false : isProgramCall(parent, child);
    if (ts.isPropertyAssignment(parent) && parent.name.getText() === "clipPath") return true;
    if (ts.isExpressionStatement(parent)) return ts.isStringLiteral(child);
    if (ts.isTaggedTemplateExpression(parent)) return true;
    if (ts.isJsxElement(parent) || ts.isFunctionLike(parent)) return false;
  }
  return false;
}

const ATTRIBUTES_FOR_PROGRAMS =
  /^(className|style|key|id|href|type|role|name|icon|tone|kind|rel|d|viewBox|points|transform|stroke.*|fill.*|on[A-Z].*|data-.*|autoComplete|inputMode|mode|align|side|size|variant)$/;
const CALLS_FOR_PROGRAMS =
  /^(t|msg|said|css|classesOf|invariant|neverHappens|console\.\w+|log\.\w+|.*\.(querySelector(All)?|getElementById|matchMedia|addEventListener|removeEventListener|dispatchEvent|getItem|setItem|removeItem|test|exec|match|matchAll|split|join|includes|startsWith|endsWith|replace|replaceAll|indexOf|getPropertyValue|setAttribute|getAttribute|closest|matches|literal|enum))$/;

function isProgramCall(call: ts.CallExpression, child: ts.Node): boolean {
  if (!call.arguments.some((argument) => argument === child)) return false;
  return CALLS_FOR_PROGRAMS.test(call.expression.getText());
}

function isComparison(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === ts.SyntaxKind.InKeyword
  );
}

export function whereOf(source: ts.SourceFile, node: ts.Node): string {
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}
