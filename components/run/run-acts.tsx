"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import { isEnded } from "#lib/run/commitment.ts";
import { pauseBites } from "#lib/run/progress.ts";
import type { Run } from "#lib/run/state.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { abortQuestion } from "./acts.ts";
import type { Acting } from "./use-acting.ts";
import styles from "./act-button.module.css";
import { untilHere } from "#components/ui/until-here.ts";

const css = classesOf(styles);

const PolicyDialog = dynamic(async () => (await untilHere(() => import("./policy-dialog.tsx"))).PolicyDialog, {
  ssr: false,
});

/** Pause and abort: never locked by old data, for they only make a run more careful. */
export function RunActs({ run, acting }: { readonly run: Run; readonly acting: Acting }) {
  const [changing, setChanging] = useState(false);
  const mayNotAsk = useWhyNot("ask");
  const abort = { do: "abort", reason: "example" } as const;
  const askAbort = (): void => acting.ask(abortQuestion(run), true, (reason) => ({ do: "abort", reason }));
  // Where nothing is to come a pause changes nothing, and its button says so by itself.
  const bites =
    acting.readOnly === null && run.life.at === "running" && !run.steps.every(isEnded) ? pauseBites(run).words : null;
  return (
    <div className={css("runActs")}>
      <div className={css("row")}>
        <span className={css("act", "roomOnly")}>
          <PauseButton run={run} acting={acting} tall={false} />
        </span>
        <span className={css("act", "deskOnly")}>
          <Button locked={acting.readOnly ?? mayNotAsk} onPress={() => setChanging(true)}>
            {t("Policy…")}
          </Button>
        </span>
        <span className={css("act")}>
          <Button
            kind="destructive"
            icon="fail"
            locked={acting.lockOfRequest(abort)}
            pending={acting.isPending(abort)}
            onPress={askAbort}
          >
            {t("Abort…")}
          </Button>
        </span>
      </div>
      {bites === null ? null : (
        <p className={css("bites")}>{t("A pause takes effect {when}.", { when: said(bites) })}</p>
      )}
      {changing ? <PolicyDialog run={run} onClose={() => setChanging(false)} /> : null}
    </div>
  );
}

export function PauseButton({
  run,
  acting,
  tall,
}: {
  readonly run: Run;
  readonly acting: Acting;
  readonly tall: boolean;
}) {
  const isPaused = run.life.at === "paused";
  const request = isPaused ? ({ do: "resume" } as const) : ({ do: "pause", reason: "" } as const);
  const locked = acting.lockOfRequest(request);
  const press = (): void => acting.send(request);
  return (
    <>
      {tall ? null : (
        <PauseKey label={isPaused ? t("Resume the run") : t("Pause the run")} act={press} locked={locked} />
      )}
      <Button
        icon={isPaused ? "play" : "paused"}
        size={tall ? "tall" : "normal"}
        shortcut="P"
        locked={locked}
        pending={acting.isPending(request)}
        onPress={press}
      >
        {isPaused ? t("Resume") : t("Pause")}
      </Button>
    </>
  );
}

function PauseKey({
  label,
  act,
  locked,
}: {
  readonly label: string;
  readonly act: () => void;
  readonly locked: string | null;
}) {
  useShortcuts([{ keys: "p", label, act, locked }]);
  return null;
}
