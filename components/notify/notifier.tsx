"use client";
/** Calls whoever asked for it: a notification of the browser, a count in the tab, a tone. It shows nothing itself. */
import { usePathname, useRouter } from "next/navigation";
import { useEffect } from "react";
import type { Call } from "#lib/wire/call.ts";
import { useAttention } from "#components/data/live-provider.tsx";
import { placeOf, runPath } from "#components/shell/place.ts";
import { useNotifyStore } from "#components/stores/notify.ts";
import { showBadge } from "./badge.ts";
import { counted, readTold, remembered, untold, writeTold } from "./told.ts";
import { soundTone } from "./tone.ts";
import { callWords } from "./words.ts";

export function Notifier() {
  const on = useNotifyStore((state) => state.on);
  return on ? <Calling /> : null;
}

function Calling() {
  useAttention();
  const { calls, sound } = useNotifyStore();
  const router = useRouter();
  const { runId } = placeOf(usePathname());
  useEffect(() => {
    const told = readTold(localStorage);
    const fresh = untold(calls, told);
    if (fresh.length === 0) return;
    writeTold(localStorage, remembered(told, calls));
    const elsewhere = fresh.filter((call) => call.runId !== runId || !document.hasFocus());
    for (const call of elsewhere) notify(call, () => router.push(runPath(call.runId)));
    if (sound && elsewhere.length > 0) void soundTone();
  }, [calls, runId, router, sound]);
  const count = counted(calls, runId).length;
  useEffect(() => (count === 0 ? undefined : showBadge(count)), [count]);
  return null;
}

function notify(call: Call, open: () => void): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const { title, body } = callWords(call);
  // The tag lets the browser show it once, whichever of its windows was quicker.
  const shown = shownAs(title, { body, tag: call.key });
  shown?.addEventListener("click", () => {
    window.focus();
    shown.close();
    open();
  });
}

/** Chrome on Android knows the name, grants the right and builds none: title, icon and tone tell there. */
function shownAs(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}
