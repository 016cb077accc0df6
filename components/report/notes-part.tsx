"use client";
/** What people wrote while it ran, oldest first; nothing where nobody did. */
import { useMemo } from "react";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { isoTime, timeOfDay, zoneName } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { CopyList } from "#components/list/copy-list.tsx";
import { notesOf } from "#components/run/notes.ts";
import { useZone } from "#components/stores/times.ts";
import { classesOf } from "#components/ui/css.ts";
import { noteListing } from "./lists.ts";
import styles from "./notes-part.module.css";

const css = classesOf(styles);

export function NotesPart({ events }: { readonly events: readonly Recorded<RunEvent>[] }) {
  useZone();
  const notes = useMemo(() => notesOf(events), [events]);
  if (notes.length === 0) return null;
  return (
    <section className={css("notes")} aria-labelledby="notes-title">
      <div className={css("head")}>
        <h2 id="notes-title">{t("Notes")}</h2>
        <span>{zoneName()}</span>
        <CopyList of={t("the notes")} listing={() => noteListing(notes)} />
      </div>
      <ol>
        {notes.map(({ seq, atMs, by, nodeId, text }) => (
          <li key={seq} className={css("note")}>
            <time dateTime={isoTime(atMs)}>{timeOfDay(atMs)}</time>
            <span className={css("by")}>{nodeId === null ? by : t("{who} on {node}", { who: by, node: nodeId })}</span>
            <span className={css("text")} data-said>
              {text}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
