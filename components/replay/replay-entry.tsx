"use client";
/** From a run that is under way into its past: from its beginning, or one event back. */
import { useMemo } from "react";
import { t } from "#components/language/t.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { Button } from "#components/ui/button.tsx";
import type { Events } from "./fold.ts";
import { stopBefore, stopsOf } from "./moment.ts";
import type { Moving } from "./use-moving.ts";

export function ReplayEntry({ moving, events }: { readonly moving: Moving; readonly events: Events }) {
  const stops = useMemo(() => stopsOf(events), [events]);
  const last = stopBefore(stops, moving.span.toMs);
  useShortcuts([
    { keys: " ", label: t("Replay from the beginning"), act: moving.toggle },
    { keys: "[", label: t("Previous event"), act: () => (last === null ? undefined : moving.goTo(last.atMs)) },
  ]);
  return (
    <Button kind="quiet" icon="play" shortcut={t("Space")} onPress={moving.toggle}>
      {t("Replay")}
    </Button>
  );
}
