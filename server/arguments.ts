import { parseArgs } from "node:util";

export type Arguments = {
  readonly config: string;
  /** The operator for whom a login link is printed at the start; null for nobody. */
  readonly as: string | null;
  readonly dev: boolean;
  /** Something to be done with the journal instead of starting. */
  readonly journal: JournalAct | null;
};

export type JournalAct =
  { readonly do: "verify" } | { readonly do: "backup" | "salvage" | "restore"; readonly file: string };

export const USAGE =
  "Usage: node server/main.ts [--config FILE] [--as NAME] [--dev] [--journal verify|backup|salvage|restore [FILE]]";

/** A text instead of arguments says what is wrong with them. */
export function readArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  operatorName: RegExp,
): Arguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        config: { type: "string" },
        as: { type: "string" },
        dev: { type: "boolean", default: false },
        journal: { type: "string" },
      },
      allowPositionals: true,
    });
    const journal = values.journal === undefined ? null : journalAct(values.journal, positionals);
    if (typeof journal === "string") return journal;
    if (journal === null && positionals.length > 0) return `Nothing is known of "${positionals.join(" ")}"`;
    if (values.as !== undefined && !operatorName.test(values.as)) {
      return `"${values.as}" is no name for an operator: one word of letters, digits and . _ @ + -`;
    }
    return {
      config: values.config ?? environment["SLUICE_CONFIG"] ?? "sluice.yaml",
      as: values.as ?? null,
      dev: values.dev,
      journal,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function journalAct(verb: string, [file, ...more]: readonly string[]): JournalAct | string {
  if (verb === "verify" && file === undefined) return { do: verb };
  const isKnown = verb === "backup" || verb === "salvage" || verb === "restore";
  if (isKnown && file !== undefined && more.length === 0) return { do: verb, file };
  return isKnown
    ? `--journal ${verb} needs one file`
    : "--journal knows verify, backup FILE, salvage FILE and restore FILE";
}
