import { okAnswer, errorAnswer, type Answer } from "#twin/mysql/answers.ts";
import { written, type Fe } from "../fe.ts";
import { put } from "../store/store.ts";
import { unquoted } from "./sql-text.ts";
import type { Statement } from "./statement.ts";

/** SET GLOBAL goes to the leader and is journalled: it outlives restarts, and new sessions everywhere begin with it. */
function set(fe: Fe, name: string, text: string, known: (name: string) => boolean): Promise<Answer> | Answer {
  const key = name.toLowerCase();
  if (!known(key)) return errorAnswer(1193, `Unknown system variable '${name}'`);
  const value = unquoted(text);
  fe.home.truth({ atMs: fe.nowMs(), what: "config", node: fe.home.node, key: `global ${key}`, value });
  return written(fe, [put("variables", key, { name: key, value })]);
}

export function globalVariableStatements(isVariable: (fe: Fe, name: string) => boolean): readonly Statement[] {
  return [
    {
      pattern: /^set\s+(?:global\s+|@@global\.)(?!transaction\b)(\w+)\s*=\s*('[^']*'|"[^"]*"|[\w.+-]+)$/i,
      answeredBy: "leader",
      needs: ["OPERATE"],
      run: ({ fe }, match) => set(fe, match[1] ?? "", match[2] ?? "", (name) => isVariable(fe, name)),
    },
    { pattern: /^set\s+global\s+transaction\b.*$/is, answeredBy: "here", needs: [], run: () => okAnswer() },
  ];
}
