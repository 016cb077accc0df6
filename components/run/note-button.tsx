"use client";
/** "Add a note…": by button or key, at any time while the run is not over. */
import dynamic from "next/dynamic";
import { useState } from "react";
import type { Run } from "#lib/run/state.ts";
import { t } from "#components/language/t.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { Button } from "#components/ui/button.tsx";
import type { Acting } from "./use-acting.ts";
import { untilHere } from "#components/ui/until-here.ts";

const NoteDialog = dynamic(async () => (await untilHere(() => import("./note-dialog.tsx"))).NoteDialog, { ssr: false });

export function NoteButton({ run, acting }: { readonly run: Run; readonly acting: Acting }) {
  const [writing, setWriting] = useState(false);
  const locked = acting.lockOfRequest({ do: "note", nodeId: null, text: "example" });
  const write = (): void => setWriting(true);
  useShortcuts([{ keys: "n", label: t("Add a note"), act: write, locked }]);
  return (
    <>
      <Button kind="quiet" locked={locked} onPress={write}>
        {t("Add a note…")}
      </Button>
      {writing ? <NoteDialog run={run} onClose={() => setWriting(false)} /> : null}
    </>
  );
}
