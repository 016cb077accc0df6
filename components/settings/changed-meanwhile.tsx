"use client";
import type { Section } from "#lib/wire/configuration.ts";
import { changesBetween, type Change } from "#lib/wire/section.ts";
import { t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { Table, type Column } from "#components/ui/table.tsx";
import { classesOf } from "#components/ui/css.ts";
import styles from "./settings.module.css";

const css = classesOf(styles);

function columns(): readonly Column<Change>[] {
  return [
    { key: "field", title: t("Setting"), cell: ({ field }) => <code>{field}</code> },
    { key: "before", title: t("When you opened it"), wrap: true, cell: ({ before }) => before ?? t("not set") },
    {
      key: "after",
      title: t("In the file now"),
      wrap: true,
      cell: ({ after }) => <strong>{after ?? t("not set")}</strong>,
    },
  ];
}

/** Somebody saved the same cluster while the form was open: nothing is overwritten before a person has chosen. */
export function ChangedMeanwhile({
  file,
  before,
  now,
  onTake,
  onKeep,
}: {
  readonly file: string;
  readonly before: Section;
  readonly now: Section;
  readonly onTake: () => void;
  readonly onKeep: () => void;
}) {
  return (
    <div role="alert" className={css("alert", "attn")}>
      <p>
        <strong>{t("Somebody changed this cluster in {file} since you opened it.", { file })}</strong>{" "}
        {t("Nothing is overwritten until you choose.")}
      </p>
      <Table
        label={t("What was changed in the file")}
        columns={columns()}
        rows={changesBetween(before, now)}
        keyOf={({ field }) => field}
        empty={t("It says the same again.")}
      />
      <div className={css("actions")}>
        <Button onPress={onTake}>{t("Take what the file says")}</Button>
        <Button onPress={onKeep}>{t("Keep what stands here")}</Button>
      </div>
    </div>
  );
}
