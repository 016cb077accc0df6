import type { OpenSession, PersonView } from "#lib/wire/accounts.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { isoOf, type ListColumn } from "#components/list/listing.ts";
import { StatusWord } from "#components/ui/status-word.tsx";
import type { Column } from "#components/ui/table.tsx";
import { classesOf } from "#components/ui/css.ts";
import { AccountMenu } from "./account-menu.tsx";
import type { Asked } from "./people-dialogs.tsx";
import { attentionOf, isHere, seenWords, wayIn } from "./person-words.ts";
import styles from "./people.module.css";

const css = classesOf(styles);

export function peopleColumns(nowMs: number, own: string): readonly Column<PersonView>[] {
  return [
    {
      key: "name",
      title: t("Name"),
      cell: ({ name }) => (
        <>
          <strong className={css("name")}>{name}</strong>
          {name === own ? <span className={css("soft")}> {t("you")}</span> : null}
        </>
      ),
    },
    { key: "role", title: t("Role"), cell: ({ role }) => said(role) },
    { key: "way", title: t("Comes in by"), cell: (person) => <Way person={person} /> },
    {
      key: "seen",
      title: t("Last seen"),
      cell: (person) =>
        isHere(person, nowMs) ? (
          <StatusWord icon="live" tone="ok">
            {seenWords(person, nowMs)}
          </StatusWord>
        ) : (
          <span className={css("soft")}>{seenWords(person, nowMs)}</span>
        ),
    },
    { key: "sessions", title: t("Sessions"), cell: ({ sessions }) => sessionsWords(sessions) },
  ];
}

export function changeColumn(own: string, onAsk: (asked: Asked) => void): Column<PersonView> {
  return {
    key: "change",
    title: t("Change"),
    align: "end",
    cell: (person) => <AccountMenu person={person} isOwn={person.name === own} onAsk={onAsk} />,
  };
}

function Way({ person }: { readonly person: PersonView }) {
  if (attentionOf(person) > 0) return wayIn(person);
  return (
    <StatusWord icon={person.account?.locked === true ? "lock" : "warn"} tone="attn">
      {wayIn(person)}
    </StatusWord>
  );
}

function sessionsWords(sessions: readonly OpenSession[]): string {
  if (sessions.length === 0) return t("none");
  const fromTerminal = sessions.filter(({ via }) => via === "cli").length;
  if (fromTerminal === 0) return t("{count, plural, one {# browser} other {# browsers}}", { count: sessions.length });
  if (fromTerminal === sessions.length)
    return t("{count, plural, one {# terminal} other {# terminals}}", { count: fromTerminal });
  return t(
    "{count, plural, one {# browser} other {# browsers}}, {terminals, plural, one {# terminal} other {# terminals}}",
    {
      count: sessions.length - fromTerminal,
      terminals: fromTerminal,
    },
  );
}

export function textOf(person: PersonView): string {
  return [person.name, said(person.role), wayIn(person)].join(" ");
}

export const LISTED: readonly ListColumn<PersonView>[] = [
  { key: "name", title: msg("Name"), value: ({ name }) => name },
  { key: "role", title: msg("Role"), value: ({ role }) => role },
  { key: "way", title: msg("Comes in by"), value: wayIn },
  { key: "seenAt", title: "UTC", value: ({ seenAtMs }) => (seenAtMs === null ? null : isoOf(seenAtMs)) },
  { key: "sessions", title: msg("Sessions"), value: ({ sessions }) => sessions.length },
];
