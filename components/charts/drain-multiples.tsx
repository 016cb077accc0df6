"use client";
/** Small multiples of a node's drains. The dotted line is the newest one, laid over those before it. */
import Link from "next/link";
import { count, limit } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import {
  drainPath,
  drainsTable,
  drainWords,
  multiplesScale,
  timeTaken,
  type DrainPicture,
  type MultiplesScale,
} from "./drain-multiples.ts";
import { ChartFigure } from "./figure.tsx";
import { logShareOf, logTicks } from "./value-scale.ts";
import styles from "./drain-multiples.module.css";

const css = classesOf(styles);

export function DrainMultiples({
  nodeName,
  pictures,
}: {
  readonly nodeName: string;
  /** Newest first. */
  readonly pictures: readonly DrainPicture[];
}) {
  const scale = multiplesScale(pictures);
  const newest = pictures[0] ?? null;
  const told = pictures
    .map((each) => t("{title}: {drain}", { title: each.title, drain: drainWords(each) }))
    .join(t("; "));
  return (
    <ChartFigure
      summary={t("Drains of {node}, newest first. {drains}.", { node: nodeName, drains: told })}
      table={() => drainsTable(pictures)}
    >
      <ul className={css("list")}>
        {pictures.map((picture) => (
          <Multiple key={picture.key} picture={picture} over={picture === newest ? null : newest} scale={scale} />
        ))}
      </ul>
    </ChartFigure>
  );
}

function Multiple({
  picture,
  over,
  scale,
}: {
  readonly picture: DrainPicture;
  readonly over: DrainPicture | null;
  readonly scale: MultiplesScale;
}) {
  const { title, subtitle, who, href, isNow, startCount, beganAtMs, endedAtMs, cut, forced } = picture;
  const line = drainPath(picture, scale);
  const limitAt = picture.limitAfterMs === null ? null : (picture.limitAfterMs / scale.spanMs) * 100;
  const endAt = ((endedAtMs - beganAtMs) / scale.spanMs) * 100;
  const last = picture.points.findLast(({ value }) => value !== null)?.value ?? null;
  return (
    <li className={css("item")}>
      <p className={css("head")}>
        <Link href={href} className={css("title", isNow && "now")} tabIndex={-1}>
          {title}
        </Link>
        <span>{who}</span>
      </p>
      <p className={css("subtitle")}>{subtitle}</p>
      <div className={css("box")}>
        <svg className={css("plot")} viewBox="0 0 100 100" preserveAspectRatio="none">
          {logTicks(scale.top).map((tick) => {
            const y = 100 * (1 - logShareOf(tick, scale.top));
            return <path key={tick} className={css(tick === 0 ? "base" : "grid")} d={`M0 ${y}H100`} />;
          })}
          {line === "" ? null : <path className={css("area")} d={`${line}V100H0z`} />}
          {over === null ? null : <path className={css("over")} d={drainPath(over, scale)} />}
          {line === "" ? null : <path className={css("line")} d={line} />}
          {forced && last !== null && last > 0 ? (
            <path className={css("cutBar")} d={`M${endAt} ${100 * (1 - logShareOf(last, scale.top))}V100`} />
          ) : null}
          {limitAt === null || limitAt > 100 ? null : <path className={css("limit")} d={`M${limitAt} 0V100`} />}
        </svg>
        {limitAt === null || picture.limitAfterMs === null ? null : limitAt > 100 ? (
          <span className={css("limitLabel")} style={{ right: 0 }}>
            {limit(picture.limitAfterMs)} →
          </span>
        ) : (
          <span
            className={css("limitLabel")}
            style={limitAt > 70 ? { right: `calc(${100 - limitAt}% + 6px)` } : { left: `calc(${limitAt}% + 6px)` }}
          >
            {limit(picture.limitAfterMs)}
          </span>
        )}
        {line === "" ? <span className={css("none")}>{t("its work was not counted")}</span> : null}
      </div>
      <p className={css("numbers")}>
        <b>{startCount === null ? "–" : count(startCount)}</b>
        <b>{timeTaken(beganAtMs, endedAtMs, isNow)}</b>
        <span className={css(cut > 0 && "cut")}>
          {cut > 0 ? <Icon name="fail" size={12} /> : null} {t("{count} cut", { count: count(cut) })}
        </span>
      </p>
    </li>
  );
}
