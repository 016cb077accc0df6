"use client";
/** Above a list: find in it, put in order, copy what is shown. The address keeps filter and order. */
import { useSearchParams } from "next/navigation";
import { useRef, useState, type KeyboardEvent } from "react";
import { t } from "#components/language/t.ts";
import { replaceParams } from "#components/shell/params.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { CopyList } from "./copy-list.tsx";
import type { ListOrder } from "./find.ts";
import type { Listing } from "./listing.ts";
import styles from "./list-tools.module.css";

const css = classesOf(styles);

export type ListView = { readonly filter: string; readonly order: ListOrder };

export function useListView(): ListView {
  const params = useSearchParams();
  return { filter: params.get("filter") ?? "", order: params.get("order") === "newest" ? "newest" : "attention" };
}

export function ListTools({
  view: { filter, order },
  name,
  shown,
  total,
  byTime = true,
  listing,
}: {
  readonly view: ListView;
  /** "runs", "acts", in the language of whoever reads */
  readonly name: string;
  readonly shown: number;
  readonly total: number;
  /** Its rows have a time, by which they can be put in order too. */
  readonly byTime?: boolean;
  readonly listing: () => Listing;
}) {
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ keys: "/", label: t("Filter the {name}", { name }), act: () => field.current?.select() }]);
  // The address follows what is typed; it is too slow to type into.
  const [typed, setTyped] = useState(filter);
  const setFilter = (text: string): void => {
    setTyped(text);
    replaceParams({ filter: text === "" ? null : text });
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    setFilter("");
    field.current?.blur();
  };
  return (
    <div className={css("tools")} data-print="off">
      <label className={css("filter")}>
        <Icon name="search" label={t("Filter the {name}", { name })} />
        <input
          ref={field}
          type="search"
          placeholder={t("Filter the {name}", { name })}
          value={typed}
          onChange={(event) => setFilter(event.target.value)}
          onKeyDown={pressed}
        />
        <Kbd>/</Kbd>
      </label>
      {byTime ? (
        <Segmented
          label={t("Order of the list")}
          value={order}
          options={[
            { value: "attention", label: t("Needs attention first") },
            { value: "newest", label: t("Newest first") },
          ]}
          onChange={(next) => replaceParams({ order: next === "attention" ? null : next })}
        />
      ) : null}
      <span className={css("count")} role="status">
        {shown === total
          ? t("{count, plural, one {# row} other {# rows}}", { count: total })
          : t("{shown} of {count, plural, one {# row} other {# rows}}", { shown, count: total })}
      </span>
      <CopyList of={t("the {name}", { name })} listing={listing} />
    </div>
  );
}
