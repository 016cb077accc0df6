import { errorAnswer, type Answer } from "#twin/mysql/answers.ts";

/** As a real FE says them (seen live, 4.0.7). */
export const unknownDatabase = (name: string): Answer =>
  errorAnswer(5501, `Getting analyzing error. Detail message: Unknown database '${name}'.`);

export const unknownTable = (database: string, table: string): Answer =>
  errorAnswer(5502, `Getting analyzing error. Detail message: Unknown table '${database}.${table}'.`);
