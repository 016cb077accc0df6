"use client";
import { t } from "#components/language/t.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import type { ActView } from "./acts.ts";
import type { Acting } from "./use-acting.ts";

/** The keys of acts on a node. Where it is mounted they count, and stand in the list of keys. */
export function ActKeys({
  acts,
  nodeId,
  acting,
}: {
  readonly acts: readonly ActView[];
  readonly nodeId: string;
  readonly acting: Acting;
}) {
  useShortcuts(
    acts.flatMap((act) =>
      act.shortcut === null
        ? []
        : {
            keys: act.shortcut.toLowerCase(),
            label: t("{act} {node}", { act: act.words.replace(/(?: now)?…$/, ""), node: nodeId }),
            act: () => acting.press(act),
            locked: acting.lockOf(act),
          },
    ),
  );
  return null;
}
