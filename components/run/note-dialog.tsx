"use client";
/** A note on the run, or on the node that it is at. What was typed outlives a session that ends meanwhile. */
import { useState } from "react";
import { NOTE_LENGTH } from "#lib/run/request.ts";
import { currentStep, type Run } from "#lib/run/state.ts";
import { useKeptText } from "#components/data/use-kept-text.ts";
import { useRunRequest } from "#components/data/use-run-request.ts";
import { t } from "#components/language/t.ts";
import { useSessionStore } from "#components/stores/session.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { classesOf } from "#components/ui/css.ts";
import styles from "./note-dialog.module.css";

const css = classesOf(styles);

export function NoteDialog({ run, onClose }: { readonly run: Run; readonly onClose: () => void }) {
  const asking = useRunRequest(run);
  const { text, set, forget } = useKeptText("note");
  // The node when it was opened: what the run goes on to meanwhile is not what was written of.
  const [node] = useState(() => run.hold?.nodeId ?? currentStep(run)?.plan.nodeId ?? null);
  const [about, setAbout] = useState<"run" | "node">(() => ((run.hold?.nodeId ?? null) === null ? "run" : "node"));
  const [refused, setRefused] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const ended = useSessionStore((state) => state.ended);
  const request = { do: "note", nodeId: about === "node" ? node : null, text } as const;
  const tooLong = text.trim().length > NOTE_LENGTH;
  const whyNot = asking.whyNot(request);
  const add = async (): Promise<void> => {
    setPending(true);
    const why = await asking.ask(request);
    setPending(false);
    if (why === null) {
      forget();
      onClose();
    } else setRefused(why);
  };
  // Given up is given up, but for what only a lost session kept from being sent.
  const close = (): void => {
    if (!ended) forget();
    onClose();
  };
  return (
    <Dialog
      open
      onClose={close}
      title={t("Add a note")}
      description={t(
        "It changes nothing in the run. It stands in the journal with your name, and is told in the evidence, the report and the audit.",
      )}
      actions={
        <>
          <Button onPress={close}>{t("Discard")}</Button>
          <Button kind="primary" pending={pending} locked={whyNot} onPress={() => void add()}>
            {t("Add the note")}
          </Button>
        </>
      }
    >
      <div className={css("text")}>
        <TextArea label={t("Note")} value={text} onChange={set} rows={4} mono={false} wrong={tooLong ? whyNot : null} />
      </div>
      {node === null ? null : (
        <div className={css("about")}>
          <Segmented
            label={t("What it is about")}
            value={about}
            options={[
              { value: "run", label: t("The run") },
              { value: "node", label: node },
            ]}
            onChange={setAbout}
          />
        </div>
      )}
      {refused === null ? null : (
        <p role="alert" className={css("refused")}>
          {refused}
        </p>
      )}
    </Dialog>
  );
}
