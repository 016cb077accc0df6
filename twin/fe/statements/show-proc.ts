import { errorAnswer } from "#twin/mysql/answers.ts";
import { readProc } from "../proc/tree.ts";
import { unquoted } from "./sql-text.ts";
import type { Statement } from "./statement.ts";

export const showProc: Statement = {
  pattern: /^show\s+proc\s+(["'].*["'])$/is,
  answeredBy: "here",
  needs: ["OPERATE"],
  run: async ({ fe }, match) => {
    const path = unquoted(match[1] ?? "");
    const found = await readProc(fe, path);
    if (found.kind === "rows") return found;
    return errorAnswer(
      1064,
      `Getting analyzing error. Detail message: Unknown proc node path: ${path}. msg: ${found.why}.`,
    );
  },
};
