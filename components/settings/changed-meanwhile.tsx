"use client";
import { changesBetween, type Change, type Section } from "#lib/wire/configuration.ts";
import { Button } from "#components/ui/button.tsx";
import { Table, type Column } from "#components/ui/table.tsx";
import { classesOf } from "#components/ui/css.ts";
import styles from "./settings.module.css";

const css = classesOf(styles);

const COLUMNS: readonly Column<Change>[] = [
  { key: "field", title: "Setting", cell: ({ field }) => <code>{field}</code> },
  { key: "before", title: "When you opened it", wrap: true, cell: ({ before }) => before ?? "not set" },
  { key: "after", title: "In the file now", wrap: true, cell: ({ after }) => <strong>{after ?? "not set"}</strong> },
];

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
        <strong>Somebody changed this cluster in {file} since you opened it.</strong> Nothing is overwritten until you
        choose.
      </p>
      <Table
        label="What was changed in the file"
        columns={COLUMNS}
        rows={changesBetween(before, now)}
        keyOf={({ field }) => field}
        empty="It says the same again."
      />
      <div className={css("actions")}>
        <Button onPress={onTake}>Take what the file says</Button>
        <Button onPress={onKeep}>Keep what stands here</Button>
      </div>
    </div>
  );
}
