/** How the cluster stands after the run, against how it stood when the run began. */
import { timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import type { Compared } from "./exits.ts";
import styles from "./gates-note.module.css";

const css = classesOf(styles);

export function GatesNote({
  compared: { gates, nodeId, atMs },
  baseline,
}: {
  readonly compared: Compared;
  readonly baseline: Readonly<Record<string, number | string>>;
}) {
  const began = Object.entries(baseline);
  if (gates.length === 0 && began.length === 0) return null;
  return (
    <section className={css("note")} aria-labelledby="gates-title">
      <h2 id="gates-title">{t("Against how it began")}</h2>
      {began.length === 0 ? null : (
        <p className={css("quiet")}>
          {t("At the start: {values}.", { values: began.map(([key, value]) => `${said(key)} ${value}`).join(t(", ")) })}
        </p>
      )}
      {nodeId === null || atMs === null ? null : (
        <p className={css("quiet")}>
          {t("The gates of {node}, the last one verified, at {time}:", { node: nodeId, time: timeOfDay(atMs) })}
        </p>
      )}
      <ul>
        {gates.map(({ id, nodeId: of, title, verdict, evidence }) => (
          <li key={`${id} ${of ?? ""}`}>
            <span className={css(verdict === "pass" ? "ok" : "attn")}>
              <Icon name={verdict === "pass" ? "serving" : "warn"} size={12} />
            </span>
            <span>
              {said(title)}
              <span className={css("evidence")}>{said(evidence)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
