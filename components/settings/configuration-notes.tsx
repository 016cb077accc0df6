"use client";
/** What is to be known of the file: a mistake in it, what waits, what cannot be written; each with what to do. */
import type { ConfigurationView } from "#lib/wire/configuration.ts";
import { rich } from "#components/language/rich.tsx";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { copyText } from "#components/shell/hand-out.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import styles from "./settings.module.css";

const css = classesOf(styles);

export function ConfigurationNotes({
  configuration,
  only,
}: {
  readonly configuration: ConfigurationView;
  /** The one cluster that the page is about; null: all. */
  readonly only: string | null;
}) {
  const { file, problems, readOnly, restart, clusters, leaving, yaml } = configuration;
  const waiting = clusters.filter((each) => each.waiting !== null && (only === null || each.id === only));
  const gone = leaving.filter(({ id }) => only === null || id === only);
  if (problems.length + waiting.length + gone.length === 0 && readOnly === null && restart === null) return null;
  return (
    <div className={css("notes")}>
      {problems.length === 0 ? null : (
        <div role="alert" className={css("alert")}>
          <p>
            <strong>
              {t("{file} has {count, plural, =1 {a mistake} other {# mistakes}}.", { file, count: problems.length })}
            </strong>{" "}
            {t(
              "What it said before stays in force, and nothing is written over it. Mend it: it is read again by itself.",
            )}
          </p>
          <ul aria-label={t("Mistakes in the file")}>
            {problems.map(({ line, field, wrong, remedy }) => (
              <li key={`${line} ${field} ${wrong}`}>
                {field === ""
                  ? t("Line {line}: {wrong} {remedy}", { line, wrong: said(wrong), remedy: said(remedy) })
                  : rich(
                      msg("Line {line}, {field}: {wrong} {remedy}"),
                      { field: <code>{field}</code> },
                      { line, wrong: said(wrong), remedy: said(remedy) },
                    )}
              </li>
            ))}
          </ul>
        </div>
      )}
      {waiting.map(({ id, name, waiting: why }) => (
        <p key={id} role="status" className={css("alert", "attn")}>
          <strong>{t("The file says something else of {name}, and that waits.", { name })}</strong> {said(why ?? "")}
        </p>
      ))}
      {gone.map(({ id, why }) => (
        <p key={id} role="status" className={css("alert", "attn")}>
          <strong>{t("{name} is not in the file any more, and is still watched.", { name: id })}</strong> {said(why)}
        </p>
      ))}
      {readOnly === null ? null : (
        <div role="status" className={css("alert", "attn")}>
          <p>
            <strong>{t("Clusters cannot be changed from here.")}</strong> {said(readOnly)}
          </p>
          <Button icon="copy" onPress={() => void copyText(yaml, t("the configuration as YAML"))}>
            {t("Copy the configuration")}
          </Button>
        </div>
      )}
      {restart === null ? null : (
        <p role="status" className={css("alert", "attn")}>
          {said(restart)}
        </p>
      )}
    </div>
  );
}
