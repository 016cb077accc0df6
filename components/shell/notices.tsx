"use client";
/** What the whole page has to know: its session has ended, or it is older than the console. */
import { useEffect } from "react";
import { usePerson } from "#components/data/person.tsx";
import { t } from "#components/language/t.ts";
import { useConnectionStore } from "#components/stores/connection.ts";
import { interrupt, keepsAnything, wasInterrupted } from "#components/stores/kept.ts";
import { useSessionStore } from "#components/stores/session.ts";
import { toast } from "#components/stores/toasts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import styles from "./notices.module.css";

const css = classesOf(styles);

export function Notices() {
  const ended = useSessionStore((state) => state.ended);
  const { name, buildId } = usePerson();
  const served = useConnectionStore((state) => state.buildId);
  useEffect(() => {
    if (!wasInterrupted() || !keepsAnything(sessionStorage, name)) return;
    toast(t("What you had typed is kept: it stands where you typed it."));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- of the load, not of the person, who is one throughout.
  }, []);
  if (ended) {
    return (
      <div role="alert" className={css("notice", "ended")} data-print="off">
        <Icon name="lock" size={16} />
        <span className={css("words")}>
          <strong>{t("Your session has ended.")}</strong>{" "}
          {t("Nothing more is sent or shown until you log in; what you typed is kept.")}
        </span>
        <Button kind="primary" onPress={loadAgain}>
          {t("Log in again")}
        </Button>
      </div>
    );
  }
  if (served === null || served === "" || buildId === "" || served === buildId) return null;
  return (
    <div role="status" className={css("notice")} data-print="off">
      <Icon name="restart" size={14} />
      <span className={css("words")}>
        <strong>{t("The console was updated.")}</strong>{" "}
        {t("This page is from before; what you typed is kept when it is loaded again.")}
      </span>
      <Button onPress={loadAgain}>{t("Reload")}</Button>
    </div>
  );
}

/** The console answers at this very address: with the login page first, where it has to. */
function loadAgain(): void {
  interrupt(sessionStorage);
  location.reload();
}
