"use client";
import { useRef, useState } from "react";
import { useConnection } from "#components/data/live-provider.tsx";
import { useKeptText } from "#components/data/use-kept-text.ts";
import { t } from "#components/language/t.ts";
import { useSessionStore } from "#components/stores/session.ts";
import { closeConfirmAction, type ConfirmAction } from "#components/stores/confirm-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { WhatItSends } from "./what-it-sends.tsx";
import styles from "./confirm-question.module.css";

export function ConfirmQuestion({ action }: { readonly action: ConfirmAction }) {
  const { text: reason, set: setReason, forget } = useKeptText(action.title);
  const [wrong, setWrong] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const ended = useSessionStore((state) => state.ended);
  const safe = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState("");
  const tooShort = action.reason !== null && reason.trim().length < action.reason.minLength;
  const { console } = useConnection(null);
  const locked =
    console === "lost"
      ? t("This browser has lost the console.")
      : action.typed !== null && typed.trim() !== action.typed
        ? t("Type {name} first.", { name: action.typed })
        : tooShort
          ? t("Say why first; it goes into the journal.")
          : null;
  const confirm = async (): Promise<void> => {
    setPending(true);
    const refused = await action.onConfirm(reason.trim());
    setPending(false);
    if (refused === null) {
      forget();
      closeConfirmAction();
    } else setWrong(refused);
  };
  // Given up is given up, but for what only a lost session kept from being sent.
  const close = (): void => {
    if (!ended) forget();
    closeConfirmAction();
  };
  return (
    <Dialog
      open
      onClose={close}
      title={action.title}
      description={action.body}
      actions={
        <>
          <div ref={safe}>
            <Button onPress={close}>{action.safe}</Button>
          </div>
          <Button
            kind={action.destructive ? "destructive" : "primary"}
            pending={pending}
            locked={locked}
            onPress={() => void confirm()}
          >
            {action.act}
          </Button>
        </>
      }
    >
      {action.sends === null ? null : <WhatItSends {...action.sends} />}
      {action.typed === null ? null : (
        <div className={styles["reason"]}>
          <TextField
            label={t("Type the node's name, {name}", { name: action.typed })}
            mono
            value={typed}
            onChange={setTyped}
          />
        </div>
      )}
      {action.reason === null ? null : (
        <div className={styles["reason"]}>
          <TextField label={action.reason.label} value={reason} onChange={setReason} />
        </div>
      )}
      {wrong === null ? null : (
        <p role="alert" className={styles["wrong"]}>
          {wrong}
        </p>
      )}
    </Dialog>
  );
}
