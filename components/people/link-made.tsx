"use client";
import { useState } from "react";
import type { PeopleAnswer } from "#lib/wire/accounts.ts";
import { t } from "#components/language/t.ts";
import { copyText } from "#components/shell/hand-out.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { classesOf } from "#components/ui/css.ts";
import styles from "./people.module.css";

const css = classesOf(styles);

/** Shown once: the console keeps its hash alone. */
export function LinkMade({
  name,
  link,
  onClose,
}: {
  readonly name: string;
  readonly link: NonNullable<PeopleAnswer["link"]>;
  readonly onClose: () => void;
}) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await copyText(link.url, t("the link of {name}", { name }));
    setCopied(true);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("One-time link of {name}", { name })}
      description={t(
        "Good once, for {minutes} minutes, and shown here alone. Whoever opens it is {name}: hand it to nobody else.",
        { name, minutes: Math.floor(link.validMs / 60_000) },
      )}
      actions={
        <>
          <Button kind={copied ? "outline" : "primary"} icon="copy" onPress={() => void copy()}>
            {t("Copy the link")}
          </Button>
          <Button onPress={onClose}>{t("Close")}</Button>
        </>
      }
    >
      <code className={css("link")} data-testid="link">
        {link.url}
      </code>
    </Dialog>
  );
}
