import type { Answer } from "#twin/mysql/answers.ts";

export type ProcTable = Extract<Answer, { kind: "rows" }>;
export type ProcAnswer = ProcTable | { readonly kind: "unknown"; readonly why: string };
