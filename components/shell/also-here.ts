/** "dana and lee", without whoever reads it; their own other windows are told apart. */
import type { Looking } from "#lib/wire/messages.ts";
import { t } from "#components/language/t.ts";

const MOST_NAMES = 3;

/** Null: nobody else is here. */
export function alsoHere(people: readonly Looking[], ownName: string): string | null {
  const mine = (people.find(({ name }) => name === ownName)?.windows ?? 1) > 1 ? [t("you in another window")] : [];
  const others = people.flatMap(({ name }) => (name === ownName ? [] : [name]));
  const named =
    others.length > MOST_NAMES
      ? [...others.slice(0, MOST_NAMES - 1), t("{count} more", { count: others.length - MOST_NAMES + 1 })]
      : others;
  const all = [...named, ...mine];
  if (all.length === 0) return null;
  if (all.length === 1) return all[0] ?? null;
  return t("{names} and {last}", { names: all.slice(0, -1).join(t(", ")), last: all.at(-1) ?? "" });
}
