"use client";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useState, type ReactNode } from "react";
import { useHeldRun } from "#components/data/held.ts";
import { useLiveClusters } from "#components/data/live-provider.tsx";
import { readLetterKeys } from "#components/stores/shortcuts.ts";
import { readNotify } from "#components/stores/notify.ts";
import { readTheme, toggleTheme } from "#components/stores/theme.ts";
import { readTimes, toggleTimes } from "#components/stores/times.ts";
import { Notifier } from "#components/notify/notifier.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { ConfirmHost } from "./confirm-host.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { Messages } from "./messages.tsx";
import { Notices } from "./notices.tsx";
import { pathOf, placeOf, TABS } from "./place.ts";
import { ReadOnlyBanner } from "./read-only-banner.tsx";
import { TopBar } from "./top-bar.tsx";
import { useKeyboard } from "./use-keyboard.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import styles from "./frame.module.css";

type Over = "palette" | "keys" | null;

/** What stands around every screen: skip link, top bar, messages, and the dialogs that any screen may open. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const place = placeOf(usePathname());
  const ofRun = useHeldRun(place.runId)?.run?.plan.clusterId ?? null;
  const clusterId = place.clusterId ?? ofRun;
  const [over, setOver] = useState<Over>(null);
  const router = useRouter();
  useKeyboard();
  useLiveClusters();
  useEffect(() => {
    readTheme();
    readTimes();
    readLetterKeys();
    readNotify();
  }, []);
  useShortcuts([
    { keys: "ctrl+k", label: "Find or run", act: () => setOver("palette") },
    { keys: "?", label: "Keyboard", act: () => setOver("keys") },
    { keys: "t", label: "Dark or light theme", act: toggleTheme },
    { keys: "z", label: "Times in UTC or local time", act: toggleTimes },
    ...(clusterId === null
      ? []
      : TABS.map(({ tab, title, key }) => ({
          keys: `g ${key}`,
          label: `Go to ${title.toLowerCase()}`,
          act: () => router.push(pathOf(clusterId, tab)),
        }))),
  ]);
  return (
    <>
      <a className={styles["skip"]} href="#main">
        Skip to the screen
      </a>
      <TopBar clusterId={clusterId} tab={place.tab} onFind={() => setOver("palette")} onKeys={() => setOver("keys")} />
      <Notices />
      <ReadOnlyBanner clusterId={clusterId} />
      <main id="main" tabIndex={-1} className={styles["main"]}>
        {children}
      </main>
      <CommandPalette open={over === "palette"} onClose={() => setOver(null)} clusterId={clusterId} />
      <KeysDialog open={over === "keys"} onClose={() => setOver(null)} />
      <ConfirmHost />
      <Notifier />
      <Messages />
    </>
  );
}
