import { parseArgs } from "node:util";

export type Arguments = {
  readonly config: string;
  /** The operator for whom a login link is printed at the start; null for nobody. */
  readonly as: string | null;
  readonly dev: boolean;
  /** Read the journal, check every link, say so, and end. */
  readonly verifyJournal: boolean;
};

export const USAGE = "Usage: node server/main.ts [--config FILE] [--as NAME] [--dev] [--verify-journal]";

/** A text instead of arguments says what is wrong with them. */
export function readArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  operatorName: RegExp,
): Arguments | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: "string" },
        as: { type: "string" },
        dev: { type: "boolean", default: false },
        "verify-journal": { type: "boolean", default: false },
      },
    });
    if (values.as !== undefined && !operatorName.test(values.as)) {
      return `"${values.as}" is no name for an operator: one word of letters, digits and . _ @ + -`;
    }
    return {
      config: values.config ?? environment["SLUICE_CONFIG"] ?? "sluice.yaml",
      as: values.as ?? null,
      dev: values.dev,
      verifyJournal: values["verify-journal"],
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
