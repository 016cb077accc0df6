"use client";
import Link from "next/link";
import { t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { VerdictRow } from "./page-header.tsx";
import styles from "./trouble.module.css";

const css = classesOf(styles);

/** A whole page that cannot be shown: what happened, what it means, what to do. */
export function Trouble({
  verdict,
  reason,
  again,
}: {
  readonly verdict: string;
  readonly reason: string;
  readonly again: { readonly label: string; readonly act: () => void } | null;
}) {
  return (
    <div className={css("trouble")}>
      <VerdictRow icon="lost" tone="danger" verdict={verdict} reason={reason} />
      <div className={css("ways")}>
        {again === null ? null : <Button onPress={again.act}>{again.label}</Button>}
        <Link href="/">{t("All clusters")}</Link>
      </div>
    </div>
  );
}
