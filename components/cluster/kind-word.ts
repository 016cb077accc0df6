/** What a run does, as one word within a sentence. */
import type { RunKind } from "#lib/run/plan.ts";
import { msg, t } from "#components/language/t.ts";

const WORDS: Readonly<Record<RunKind, string>> = {
  upgrade: msg("upgrade"),
  downgrade: msg("downgrade"),
  restart: msg("restart"),
  stop: msg("stop"),
  drain: msg("drain"),
};

export function kindWord(kind: RunKind): string {
  return t(WORDS[kind]);
}
