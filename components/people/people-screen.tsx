"use client";
/** Who may come in, as what, and who is in. Everybody sees it; whoever may manage accounts changes it here. */
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import type { PersonView } from "#lib/wire/accounts.ts";
import { useNow } from "#components/data/live-provider.tsx";
import { usePerson, useWhyNot } from "#components/data/person.tsx";
import { peopleQuery } from "#components/data/queries.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { found, inOrder } from "#components/list/find.ts";
import { ListTools, useListView } from "#components/list/list-tools.tsx";
import { listingOf } from "#components/list/listing.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { CONSOLE_AUDIT_PATH } from "#components/shell/place.ts";
import { Button } from "#components/ui/button.tsx";
import { Table } from "#components/ui/table.tsx";
import { classesOf } from "#components/ui/css.ts";
import { PeopleDialogs, type Asked } from "./people-dialogs.tsx";
import { changeColumn, LISTED, peopleColumns, textOf } from "./people-columns.tsx";
import { attentionOf, peopleVerdict } from "./person-words.ts";
import styles from "./people.module.css";

const css = classesOf(styles);

export function PeopleScreen() {
  const { data, error } = useQuery(peopleQuery());
  const mayNot = useWhyNot("manageAccounts");
  const [asked, setAsked] = useState<Asked | null>(null);
  const own = useOwnAccount(data?.people ?? []);
  const unread = data === undefined ? t("The accounts are being read.") : null;
  const isFirst = data?.people.every(({ account }) => account === null) === true;
  return (
    <>
      <PageHeader
        title={t("Accounts")}
        actions={
          <>
            {own === null ? null : (
              <Button onPress={() => setAsked({ about: "ownPassword", person: own })}>
                {own.account?.hasPassword === true ? t("Change my password…") : t("Set my password…")}
              </Button>
            )}
            <Button
              kind={isFirst ? "primary" : "outline"}
              icon="plus"
              locked={mayNot ?? unread}
              onPress={() => setAsked({ about: "add" })}
            >
              {t("Add an account…")}
            </Button>
          </>
        }
      />
      {error === null ? (
        <Verdict people={data?.people ?? null} />
      ) : (
        <VerdictRow
          icon="lost"
          tone="danger"
          verdict={t("The accounts could not be read.")}
          reason={said(error.message)}
        />
      )}
      {mayNot === null ? null : (
        <p className={css("note")} role="note">
          {mayNot}
        </p>
      )}
      <People people={data?.people ?? null} manages={mayNot === null} onAsk={setAsked} />
      {asked === null ? null : (
        <PeopleDialogs asked={asNow(asked, data?.people ?? [])} onClose={() => setAsked(null)} />
      )}
    </>
  );
}

/** What is asked of somebody says how they are now, not how they were when it was opened. */
function asNow(asked: Asked, people: readonly PersonView[]): Asked {
  if (asked.about === "add") return asked;
  return { ...asked, person: people.find(({ name }) => name === asked.person.name) ?? asked.person };
}

function useOwnAccount(people: readonly PersonView[]): PersonView | null {
  const { name } = usePerson();
  return people.find((each) => each.account !== null && each.name === name) ?? null;
}

function Verdict({ people }: { readonly people: readonly PersonView[] | null }) {
  const nowMs = useNow();
  if (people === null) {
    return (
      <VerdictRow
        icon="clock"
        tone="attn"
        verdict={t("Reading.")}
        reason={t("The console is asked for its accounts.")}
      />
    );
  }
  const { tone, verdict, reason, next } = peopleVerdict(people, nowMs);
  return (
    <VerdictRow icon={tone === "ok" ? "person" : "warn"} tone={tone} verdict={verdict} reason={reason} next={next} />
  );
}

function People({
  people,
  manages,
  onAsk,
}: {
  readonly people: readonly PersonView[] | null;
  readonly manages: boolean;
  readonly onAsk: (asked: Asked) => void;
}) {
  const nowMs = useNow();
  const { name: own } = usePerson();
  const view = useListView();
  const all = people ?? [];
  const rows = inOrder(found(all, textOf, view.filter), view.order, attentionOf, ({ seenAtMs }) => seenAtMs ?? 0);
  const columns = peopleColumns(nowMs, own);
  return (
    <div className={css("list")}>
      <ListTools
        view={view}
        name={t("people")}
        shown={rows.length}
        total={all.length}
        listing={() => listingOf(LISTED, rows)}
      />
      <Table
        label={t("People")}
        columns={manages ? [...columns, changeColumn(own, onAsk)] : columns}
        rows={rows}
        keyOf={({ name }) => name}
        empty={emptyWords(people)}
      />
      <p className={css("beneath")}>
        {t("Every change of an account, and every login, stands in the audit.")}{" "}
        <Link href={CONSOLE_AUDIT_PATH}>{t("Audit of the console")}</Link>
      </p>
    </div>
  );
}

function emptyWords(people: readonly PersonView[] | null): string {
  if (people === null) return t("Reading.");
  return people.length === 0 ? t("Nobody is here.") : t("Nobody is like that. Esc clears the filter.");
}
