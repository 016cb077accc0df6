"use client";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { useHeldRun } from "#components/data/held.ts";
import { useLiveClusters } from "#components/data/live-provider.tsx";
import { t } from "#components/language/t.ts";
import { readLetterKeys } from "#components/stores/shortcuts.ts";
import { readNotify } from "#components/stores/notify.ts";
import { readTheme, toggleTheme } from "#components/stores/theme.ts";
import { readTimes, toggleTimes } from "#components/stores/times.ts";
import { repeatPress, takeEarlyPress, type Press } from "./early-press.ts";
import { ConfirmHost } from "./confirm-host.tsx";
import { CommandPalette, KeysDialog, Notifier, useFetchedAhead } from "./later.tsx";
import { Messages } from "./messages.tsx";
import { Notices } from "./notices.tsx";
import { pathOf, placeOf, TABS } from "./place.ts";
import { ReadOnlyBanner } from "./read-only-banner.tsx";
import { TopBar } from "./top-bar.tsx";
import { useFocusKept } from "./use-focus-kept.ts";
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
  // What was opened once stays: focus goes back where it came from when it is closed, not when it is gone.
  const [used, setUsed] = useState<ReadonlySet<Over>>(new Set());
  const show = (next: Over): void => {
    setOver(next);
    setUsed((before) => new Set([...before, next]));
  };
  useFetchedAhead();
  const router = useRouter();
  useKeyboard();
  useLiveClusters();
  useFocusKept();
  const early = useRef<Press | null>(null);
  useLayoutEffect(() => {
    early.current = takeEarlyPress(window.sluiceEarly);
  }, []);
  useEffect(() => {
    readTheme();
    readTimes();
    readLetterKeys();
    readNotify();
    repeatPress(early.current, performance.now());
  }, []);
  useShortcuts([
    { keys: "ctrl+k", label: t("Find or run"), act: () => show("palette") },
    { keys: "?", label: t("Keyboard"), act: () => show("keys") },
    { keys: "t", label: t("Dark or light theme"), act: toggleTheme },
    { keys: "z", label: t("Times in UTC or local time"), act: toggleTimes },
    ...(clusterId === null
      ? []
      : TABS.map(({ tab, title, key }) => ({
          keys: `g ${key}`,
          label: t("Go to {screen}", { screen: t(title).toLowerCase() }),
          act: () => router.push(pathOf(clusterId, tab)),
        }))),
  ]);
  return (
    <>
      <a className={styles["skip"]} href="#main">
        {t("Skip to the screen")}
      </a>
      <TopBar clusterId={clusterId} tab={place.tab} onFind={() => show("palette")} onKeys={() => show("keys")} />
      <Notices />
      <ReadOnlyBanner clusterId={clusterId} />
      <main id="main" tabIndex={-1} className={styles["main"]}>
        {children}
      </main>
      {used.has("palette") ? (
        <CommandPalette open={over === "palette"} onClose={() => setOver(null)} clusterId={clusterId} />
      ) : null}
      {used.has("keys") ? <KeysDialog open={over === "keys"} onClose={() => setOver(null)} /> : null}
      <ConfirmHost />
      <Notifier />
      <Messages />
    </>
  );
}
