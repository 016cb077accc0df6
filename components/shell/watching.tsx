"use client";
/** Who else looks at this now; nothing while that is nobody. */
import type { Looking } from "#lib/wire/messages.ts";
import { usePerson } from "#components/data/person.tsx";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { usePresenceStore } from "#components/stores/presence.ts";
import { useConnectionStore } from "#components/stores/connection.ts";
import { HiddenText } from "#components/ui/hidden-text.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { alsoHere } from "./also-here.ts";
import styles from "./watching.module.css";

const NOBODY: readonly Looking[] = [];

export function Watching({ topic }: { readonly topic: string }) {
  const { name } = usePerson();
  const people = usePresenceStore((state) => state.byTopic[topic]) ?? NOBODY;
  const isOpen = useConnectionStore((state) => state.status === "open");
  const words = isOpen ? alsoHere(people, name) : null;
  if (words === null) return null;
  const who = people.map((each) => t("{name}, {role}", { name: each.name, role: said(each.role) })).join("\n");
  return (
    <span className={styles["watching"]} title={who} data-testid="also-here" data-print="off">
      <Icon name="person" size={12} />
      <HiddenText>{t("Also here: ")}</HiddenText>
      {words}
    </span>
  );
}
