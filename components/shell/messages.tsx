"use client";
import { useEffect } from "react";
import { useAnnouncements } from "#components/stores/announce.ts";
import { dismissToast, useToasts } from "#components/stores/toasts.ts";
import { LiveRegion } from "#components/ui/live-region.tsx";
import { ToastList } from "#components/ui/toast-list.tsx";

export function Messages() {
  const toasts = useToasts((state) => state.toasts);
  const { polite, assertive } = useAnnouncements();
  const newest = toasts.at(-1);
  useEffect(() => {
    if (newest === undefined) return undefined;
    const { id, showMs } = newest;
    // Each toast keeps its own time: this one's timer goes on when another comes.
    setTimeout(() => dismissToast(id), showMs);
    return undefined;
  }, [newest]);
  return (
    <>
      <ToastList toasts={toasts} onDismiss={dismissToast} />
      <LiveRegion polite={polite} assertive={assertive} />
    </>
  );
}
