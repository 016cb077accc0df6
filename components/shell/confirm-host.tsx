"use client";
import { useRef, useState } from "react";
import { closeConfirmAction, useConfirmAction, type ConfirmAction } from "#components/stores/confirm-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { WhatItSends } from "./what-it-sends.tsx";
import styles from "./confirm-host.module.css";

export function ConfirmHost() {
  const action = useConfirmAction((state) => state.action);
  return action === null ? null : <Question key={action.title} action={action} />;
}

function Question({ action }: { readonly action: ConfirmAction }) {
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const safe = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState("");
  const tooShort = action.reason !== null && reason.trim().length < action.reason.minLength;
  const locked =
    action.typed !== null && typed.trim() !== action.typed
      ? `Type ${action.typed} first.`
      : tooShort
        ? "Say why first; it goes into the journal."
        : null;
  const confirm = async (): Promise<void> => {
    setPending(true);
    const refused = await action.onConfirm(reason.trim());
    setPending(false);
    if (refused === null) closeConfirmAction();
    else setWrong(refused);
  };
  return (
    <Dialog
      open
      onClose={closeConfirmAction}
      title={action.title}
      description={action.body}
      actions={
        <>
          <div ref={safe}>
            <Button onPress={closeConfirmAction}>{action.safe}</Button>
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
          <TextField label={`Type the node's name, ${action.typed}`} mono value={typed} onChange={setTyped} />
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
