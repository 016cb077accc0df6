"use client";
/** What ends something for somebody: what it ends is said in numbers, and staying is the first answer. */
import type { OpenSession, PersonView } from "#lib/wire/accounts.ts";
import { useNow } from "#components/data/live-provider.tsx";
import { usePerson } from "#components/data/person.tsx";
import { when } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { toast } from "#components/stores/toasts.ts";
import { classesOf } from "#components/ui/css.ts";
import { Question } from "./question.tsx";
import { usePeopleChange } from "./use-people-change.ts";
import styles from "./people.module.css";

const css = classesOf(styles);

type Sure = "lock" | "unlock" | "endSessions" | "remove";

export function SureDialog({
  person,
  about,
  onClose,
}: {
  readonly person: PersonView;
  readonly about: Sure;
  readonly onClose: () => void;
}) {
  const change = usePeopleChange();
  const { name: own } = usePerson();
  const { name, kept, sessions } = person;
  const { title, body, safe, act, done } = wordsOf(about, person, name === own);
  const ending = about === "endSessions" ? sessions.filter((each) => !each.own) : about === "unlock" ? [] : sessions;
  const ask = async (): Promise<void> => {
    if ((await change.ask({ do: about, name })) === null) return;
    toast(done);
    onClose();
  };
  const isKept = kept !== null && (about === "lock" || about === "remove");
  return (
    <Question
      title={title}
      description={body}
      safe={safe}
      act={act}
      destructive={about !== "unlock"}
      pending={change.pending}
      locked={isKept ? said(kept) : null}
      refused={change.refused()}
      onAct={() => void ask()}
      onClose={onClose}
    >
      {ending.length === 0 ? null : <Ending sessions={ending} />}
    </Question>
  );
}

function Ending({ sessions }: { readonly sessions: readonly OpenSession[] }) {
  const nowMs = useNow();
  return (
    <ul className={css("sessions")} aria-label={t("Sessions that end")}>
      {sessions.map(({ via, openedAtMs, seenAtMs, own }) => (
        <li key={`${via} ${openedAtMs} ${seenAtMs}`}>
          {via === "cli" ? t("Terminal") : t("Browser")}
          {own ? ` ${t("(this one)")}` : ""}
          {openedAtMs === null ? "" : `, ${t("since {time}", { time: when(openedAtMs, nowMs) })}`}
          {seenAtMs === null ? "" : `, ${t("last seen {time}", { time: when(seenAtMs, nowMs) })}`}
        </li>
      ))}
    </ul>
  );
}

type Words = {
  readonly title: string;
  readonly body: string;
  readonly safe: string;
  readonly act: string;
  readonly done: string;
};

function wordsOf(about: Sure, { name, sessions }: PersonView, isOwn: boolean): Words {
  const count = sessions.length;
  const ended =
    count === 0
      ? t("No session is open.")
      : t("{count, plural, one {# session ends} other {# sessions end}} at once.", { count });
  const itself = isOwn ? t("It is your own: you are logged out.") : "";
  switch (about) {
    case "lock":
      return {
        title: t("Lock {name}?", { name }),
        body: sentences([
          t("Nobody comes in under that name, by password or link, until it is unlocked."),
          ended,
          itself,
        ]),
        safe: t("Leave it open"),
        act: t("Lock {name}", { name }),
        done: t("{name} is locked.", { name }),
      };
    case "unlock":
      return {
        title: t("Unlock {name}?", { name }),
        body: t("The password of before holds again."),
        safe: t("Leave it locked"),
        act: t("Unlock {name}", { name }),
        done: t("{name} may come in again.", { name }),
      };
    case "endSessions":
      return {
        title: isOwn ? t("End your other sessions?") : t("End the sessions of {name}?", { name }),
        body: t("Open pages say so, and keep what was typed in them. A login opens a new one."),
        safe: t("Leave them open"),
        act: t("End the sessions"),
        done: t("The sessions of {name} have ended.", { name }),
      };
    case "remove":
      return {
        title: t("Remove the account {name}?", { name }),
        body: sentences([
          t("Password and role are gone; what {name} did stays in the journal.", { name }),
          ended,
          itself,
        ]),
        safe: t("Keep {name}", { name }),
        act: t("Remove {name}", { name }),
        done: t("{name} was removed.", { name }),
      };
    default:
      return about satisfies never;
  }
}
