/** What was going on at a moment: the nodes and runs whose time it falls in. */
import { t } from "#components/language/t.ts";
import type { Band } from "./lanes.ts";
import type { ReadLine } from "./reading.ts";

const MOST = 4;

export function bandLines(bands: readonly Band[], atMs: number): readonly ReadLine[] {
  const holding = bands.filter((band) => band.label !== null && band.fromMs <= atMs && atMs <= band.toMs);
  const lines = holding.slice(0, MOST).map(({ label, kind }) => ({
    title: label ?? "",
    text: t(kind === "run" ? "under way" : "out"),
    known: true,
  }));
  const more = holding.length - lines.length;
  return more === 0 ? lines : [...lines, { title: t("and"), text: t("{count} more", { count: more }), known: true }];
}
