"use client";
/** From a run that is under way into its past: from its beginning, or one event back. */
import { t } from "#components/language/t.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { Button } from "#components/ui/button.tsx";
import type { Events } from "./fold.ts";
import type { Moving } from "./use-moving.ts";

export function ReplayEntry({ moving, events }: { readonly moving: Moving; readonly events: Events }) {
  // Its words come with the replay itself: what is not pressed is not read.
  const back = async (): Promise<void> => {
    const { stopBefore, stopsOf } = await import("./moment.ts");
    const last = stopBefore(stopsOf(events), moving.span.toMs);
    if (last !== null) moving.goTo(last.atMs);
  };
  useShortcuts([
    { keys: " ", label: t("Replay from the beginning"), act: moving.toggle },
    { keys: "[", label: t("Previous event"), act: () => void back().catch(() => undefined) },
  ]);
  return (
    <Button kind="quiet" icon="play" shortcut={t("Space")} onPress={moving.toggle}>
      {t("Replay")}
    </Button>
  );
}
