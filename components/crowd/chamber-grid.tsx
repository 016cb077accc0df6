"use client";
/**
 * Every node as a chamber. One element each and no picture: a thousand change every second. Arrows move, Enter opens;
 * the one that is pointed at or moved to tells its numbers.
 */
import { memo, useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent } from "react";
import { count } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { nextChamber, type Chamber, type ChamberGroup, type ChamberRole } from "./chambers.ts";
import styles from "./chamber-grid.module.css";

const css = classesOf(styles);

export type ChamberGridProps = {
  readonly roles: readonly ChamberRole[];
  /** A chamber stands for a pool. */
  readonly perPool: boolean;
  /** "61 in flight then, last heard 3 m 12 s ago" */
  readonly tell: (id: string) => { readonly title: string; readonly tone: string; readonly text: string } | null;
  readonly onOpen: (id: string) => void;
};

const KEYS = /^(Arrow(Left|Right|Up|Down)|Home|End)$/;

export function ChamberGrid({ roles, perPool, tell, onOpen }: ChamberGridProps) {
  const box = useRef<HTMLDivElement>(null);
  const [tip, setTip] = useState<TipPlace | null>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  const moveTo = (id: string): void => {
    setCurrent(id);
    chamberIn(box.current, id)?.scrollIntoView({ block: "nearest" });
    setTip(tipPlace(box.current, id));
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && current !== null) return onOpen(current);
    if (event.key === "Escape") return setTip(null);
    if (!KEYS.test(event.key)) return;
    event.preventDefault();
    const next = nextChamber(placedIn(box.current), current, event.key);
    if (next !== null) moveTo(next);
  };
  const over = (event: PointerEvent): void => {
    const id = chamberOf(event.target);
    setTip(id === null ? null : tipPlace(box.current, id));
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events -- it is one list box: its keys are those above.
    <div
      ref={box}
      role="listbox"
      aria-label={perPool ? t("Levels of all pools") : t("Levels of all nodes")}
      aria-activedescendant={current === null || !focused ? undefined : domId(current)}
      tabIndex={0}
      className={css("grid")}
      onKeyDown={pressed}
      onFocus={() => {
        setFocused(true);
        setCurrent(current ?? placedIn(box.current)[0]?.id ?? null);
      }}
      onBlur={() => {
        setFocused(false);
        setTip(null);
      }}
      onPointerOver={over}
      onPointerLeave={() => setTip(null)}
      onClick={(event) => {
        const id = chamberOf(event.target);
        if (id !== null) onOpen(id);
      }}
    >
      {roles.map(({ role, title, serving, total, groups }) => (
        <div key={role} role="presentation" className={css("role")}>
          <p className={css("roleTitle")} role="presentation">
            <strong>{role === "server" ? "" : role.toUpperCase()}</strong> {title}{" "}
            <span>{t("{serving} of {total} serving", { serving: count(serving), total: count(total) })}</span>
          </p>
          <div role="presentation" className={css("groups")} style={columnsFor(groups.length)}>
            {groups.map((group) => (
              <Group key={group.key} group={group} current={focused ? current : null} />
            ))}
          </div>
        </div>
      ))}
      {tip === null ? null : <Tip place={tip} {...(tell(tip.id) ?? gone())} />}
    </div>
  );
}

function gone(): { readonly title: string; readonly tone: string; readonly text: string } {
  return { title: "", tone: "", text: t("not listed any more") };
}

function Group({ group, current }: { readonly group: ChamberGroup; readonly current: string | null }) {
  return (
    <div
      role="group"
      aria-label={t("{group}: {note}", { group: group.title, note: group.note })}
      className={css("group")}
    >
      <p className={css("groupTitle")} role="presentation">
        <b>{group.title}</b>{" "}
        <span className={css(group.hasLost && "lostNote")}>
          {group.hasLost ? <Icon name="lost" size={12} /> : null} {group.note}
        </span>
      </p>
      <div role="presentation" className={css("chambers")}>
        {group.chambers.map((chamber) => (
          <One key={chamber.id} {...chamber} isCurrent={chamber.id === current} />
        ))}
      </div>
    </div>
  );
}

const One = memo(function One({
  id,
  state,
  levelPx,
  isOutlier,
  isDim,
  label,
  isCurrent,
}: Chamber & { readonly isCurrent: boolean }) {
  return (
    <span
      role="option"
      id={domId(id)}
      data-chamber={id}
      aria-selected={isCurrent}
      aria-label={label}
      className={css("chamber", state, isOutlier && "outlier", isDim && "dim", isCurrent && "current")}
      style={levelStyle(levelPx)}
    />
  );
});

/** Names may hold what an id of the page may not. */
function domId(id: string): string {
  return `chamber-${encodeURIComponent(id)}`;
}

/** A long page is painted while it comes: columns that hung on what is there already would move. */
function columnsFor(groups: number): CSSProperties {
  const style: CSSProperties & Readonly<Record<"--groups", number>> = { "--groups": Math.max(1, groups) };
  return style;
}

function levelStyle(levelPx: number): CSSProperties {
  const style: CSSProperties & Readonly<Record<"--level", string>> = { "--level": `${levelPx}px` };
  return style;
}

type TipPlace = { readonly id: string; readonly top: number } & (
  { readonly left: number } | { readonly right: number }
);

/** Beside its chamber, on the side where there is room. */
function tipPlace(box: HTMLElement | null, id: string): TipPlace | null {
  const at = chamberIn(box, id);
  if (box === null || at === null) return null;
  const outer = box.getBoundingClientRect();
  const inner = at.getBoundingClientRect();
  const left = inner.right - outer.left + 8;
  const top = inner.top - outer.top - 8;
  return left > outer.width - TIP_PX ? { id, top, right: outer.right - inner.left + 8 } : { id, top, left };
}

function Tip({
  place: { id, ...place },
  title,
  tone,
  text,
}: {
  readonly place: TipPlace;
  readonly title: string;
  readonly tone: string;
  readonly text: string;
}) {
  return (
    <div role="presentation" className={css("tip")} style={place}>
      <p>
        <b>{id}</b> <span className={css(TONES.find((each) => each === tone))}>{title}</span>
      </p>
      <p className={css("tipText")}>{text}</p>
    </div>
  );
}

const TONES = ["danger", "attn", "water"] as const;
const TIP_PX = 280;

function chamberOf(target: EventTarget): string | null {
  return target instanceof HTMLElement ? (target.dataset["chamber"] ?? null) : null;
}

function chamberIn(box: HTMLElement | null, id: string): HTMLElement | null {
  return box?.querySelector<HTMLElement>(`[data-chamber="${CSS.escape(id)}"]`) ?? null;
}

function placedIn(box: HTMLElement | null): readonly { readonly id: string; readonly x: number; readonly y: number }[] {
  return [...(box?.querySelectorAll<HTMLElement>("[data-chamber]") ?? [])].map((element) => {
    const { left, top } = element.getBoundingClientRect();
    return { id: element.dataset["chamber"] ?? "", x: left, y: top };
  });
}
