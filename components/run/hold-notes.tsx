/** Beside a hold: what people wrote since it began. */
import { isoTime, timeOfDay } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { ScrollBox } from "#components/ui/scroll-box.tsx";
import type { Note } from "./notes.ts";
import styles from "./hold-notes.module.css";

const css = classesOf(styles);

export function HoldNotes({ notes }: { readonly notes: readonly Note[] }) {
  if (notes.length === 0) return null;
  return (
    <ScrollBox label={t("Notes")} className={css("notes")}>
      <ul aria-label={t("Notes")}>
        {notes.map(({ seq, atMs, by, text }) => (
          <li key={seq} className={css("note")}>
            <span className={css("by")}>
              {by} <time dateTime={isoTime(atMs)}>{timeOfDay(atMs)}</time>
            </span>
            <span className={css("text")} data-said>
              {text}
            </span>
          </li>
        ))}
      </ul>
    </ScrollBox>
  );
}
