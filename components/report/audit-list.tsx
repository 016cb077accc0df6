"use client";
import { useMemo, useState } from "react";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { isoTime, timeOfDay, zoneName } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { Button } from "#components/ui/button.tsx";
import { toldIn, useZone } from "#components/stores/times.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import type { EvidenceTone } from "#components/run/evidence.ts";
import { auditLines } from "./report.ts";
import { CopyList } from "#components/list/copy-list.tsx";
import { auditListing } from "./lists.ts";
import styles from "./audit-list.module.css";

const css = classesOf(styles);

const ICONS: Readonly<Record<EvidenceTone, IconName>> = {
  plain: "gate",
  ok: "serving",
  attn: "warn",
  danger: "force",
};

const FIRST = 12;

/** Who did what, newest first. */
export function AuditList({ events }: { readonly events: readonly Recorded<RunEvent>[] }) {
  const [all, setAll] = useState(false);
  const zone = useZone();
  const lines = useMemo(() => toldIn(zone, auditLines(events)), [events, zone]);
  const hidden = all ? 0 : Math.max(0, lines.length - FIRST);
  return (
    <section className={css("audit")} aria-labelledby="audit-title">
      <div className={css("head")}>
        <h2 id="audit-title">{t("Audit")}</h2>
        <span>
          {t("{count, plural, one {# entry} other {# entries}}, newest first, {zone}", {
            count: lines.length,
            zone: zoneName(),
          })}
        </span>
        <CopyList of={t("the audit")} listing={() => auditListing(events)} />
      </div>
      <ol>
        {(all ? lines : lines.slice(0, FIRST)).map(({ seq, atMs, text, tone }) => (
          <li key={seq} className={css("line")}>
            <time dateTime={isoTime(atMs)}>{timeOfDay(atMs)}</time>
            <span className={css(tone)}>
              <Icon name={ICONS[tone]} size={13} />
            </span>
            <span className={css("text")}>{text}</span>
          </li>
        ))}
      </ol>
      {hidden === 0 ? null : (
        <Button kind="quiet" onPress={() => setAll(true)}>
          {t("{count, plural, one {# earlier entry} other {# earlier entries}}", { count: hidden })}
        </Button>
      )}
    </section>
  );
}
