"use client";
/** What to look at, with how many there are: each count is of the whole cluster. */
import { useRef, useState } from "react";
import { count } from "#components/format.ts";
import { msg, t } from "#components/language/t.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { Kbd } from "#components/ui/kbd.tsx";
import {
  NO_FILTER,
  toggled,
  viewOf,
  type Choice as CountedChoice,
  type Counts,
  type Facet,
  type Filter,
  type View,
} from "./filter.ts";
import styles from "./filter-rail.module.css";

const css = classesOf(styles);

const VIEW_WORDS: Readonly<
  Record<View, { readonly title: string; readonly icon: IconName | null; readonly tone: string | null }>
> = {
  look: { title: msg("Needs a look"), icon: "warn", tone: "attn" },
  moving: { title: msg("Leaving or coming"), icon: "draining", tone: "water" },
  all: { title: msg("All nodes"), icon: null, tone: null },
};

const FACET_TITLES: Readonly<Record<Facet, string>> = {
  status: msg("Status"),
  role: msg("Role"),
  pool: msg("Pool"),
  version: msg("Version"),
  level: msg("Level against role median"),
};
/** One value alone tells nothing apart. */
const ALWAYS_SHOWN: readonly Facet[] = ["status", "role", "level"];
const ORDER: readonly Facet[] = ["status", "role", "pool", "version", "level"];
const MOST_CHOICES = 12;

const STATUS_ICONS: Readonly<Record<string, { readonly icon: IconName; readonly tone: string }>> = {
  OK: { icon: "serving", tone: "ok" },
  SHUTDOWN: { icon: "exiting", tone: "water" },
  DISCONNECTED: { icon: "lost", tone: "danger" },
  CONNECTING: { icon: "starting", tone: "refit" },
  "no data": { icon: "clock", tone: "attn" },
};

export function FilterRail({
  filter,
  counts,
  shown,
  onFilter,
}: {
  readonly filter: Filter;
  readonly counts: Counts;
  /** How many are let through now. */
  readonly shown: number;
  readonly onFilter: (next: Filter) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  useShortcuts([{ keys: "/", label: t("Filter this list"), act: () => field.current?.focus() }]);
  const view = viewOf(filter);
  const chosen = Object.keys(filter.facets).length + (filter.text === "" ? 0 : 1);
  return (
    <search className={css("rail")} aria-label={t("Filter the nodes")}>
      <label className={css("field")}>
        <Icon name="search" />
        <span className={css("hidden")}>{t("Name, host or pool")}</span>
        <input
          ref={field}
          type="search"
          placeholder={t("name, host, pool")}
          autoComplete="off"
          spellCheck={false}
          value={filter.text}
          onChange={(event) => onFilter({ ...filter, view: null, text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            onFilter({ ...filter, text: "" });
            event.currentTarget.blur();
          }}
        />
        <Kbd>/</Kbd>
      </label>
      <button type="button" className={css("more")} aria-expanded={open} onClick={() => setOpen(!open)}>
        {chosen === 0 ? t("Filters") : t("Filters, {count} chosen", { count: chosen })}
      </button>
      <div className={css("sections", open && "open")}>
        <section aria-labelledby="views-title">
          <h2 id="views-title">{t("Views")}</h2>
          {(["look", "moving", "all"] as const).map((each) => (
            <Choice
              key={each}
              title={t(VIEW_WORDS[each].title)}
              icon={VIEW_WORDS[each].icon}
              tone={VIEW_WORDS[each].tone}
              count={counts.views[each]}
              isChosen={view === each}
              onPress={() => onFilter({ ...NO_FILTER, view: each === "look" ? null : each })}
            />
          ))}
        </section>
        {ORDER.filter((facet) => ALWAYS_SHOWN.includes(facet) || counts.facets[facet].length > 1).map((facet) => (
          <section key={facet} aria-labelledby={`${facet}-title`}>
            <h2 id={`${facet}-title`}>{t(FACET_TITLES[facet])}</h2>
            {shownChoices(counts.facets[facet], filter.facets[facet]).map((choice) => (
              <Choice
                key={choice.value}
                title={choice.title}
                icon={facet === "status" ? (STATUS_ICONS[choice.value]?.icon ?? null) : null}
                tone={STATUS_ICONS[choice.value]?.tone ?? null}
                count={choice.count}
                isChosen={filter.facets[facet] === choice.value}
                onPress={() => onFilter(toggled(filter, facet, choice.value))}
              />
            ))}
            {counts.facets[facet].length > MOST_CHOICES ? (
              <p className={css("rest")}>
                {t("{count} more: type a name above.", { count: count(counts.facets[facet].length - MOST_CHOICES) })}
              </p>
            ) : null}
          </section>
        ))}
        {chosen === 0 ? null : (
          <button type="button" className={css("clear")} onClick={() => onFilter(NO_FILTER)}>
            {t("Show all again, {count} shown", { count: count(shown) })}
          </button>
        )}
      </div>
    </search>
  );
}

/** The first of many, and the chosen one wherever it stands. */
function shownChoices(choices: readonly CountedChoice[], chosen: string | undefined): readonly CountedChoice[] {
  return choices.filter(({ value }, index) => index < MOST_CHOICES || value === chosen);
}

function Choice({
  title,
  icon,
  tone,
  count: number,
  isChosen,
  onPress,
}: {
  readonly title: string;
  readonly icon: IconName | null;
  readonly tone: string | null;
  readonly count: number;
  readonly isChosen: boolean;
  readonly onPress: () => void;
}) {
  return (
    <button
      type="button"
      className={css("choice", isChosen && "chosen", number === 0 && "none")}
      aria-pressed={isChosen}
      aria-label={t("{title}, {count}", { title, count: count(number) })}
      onClick={onPress}
    >
      {icon === null ? null : (
        <span className={css(number === 0 ? null : tone)}>
          <Icon name={icon} />
        </span>
      )}
      <span className={css("words")}>{title}</span> <span className={css("number")}>{count(number)}</span>
    </button>
  );
}
