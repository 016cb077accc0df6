import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import styles from "./share-bar.module.css";

const css = classesOf(styles);

/** A share of something that fills up, with its number; past `warnAt` it says so. */
export function ShareBar({ percent, warnAt }: { readonly percent: number | null; readonly warnAt: number | null }) {
  if (percent === null) return <span className={css("none")}>{t("not known")}</span>;
  const high = warnAt !== null && percent >= warnAt;
  return (
    <span className={css("share", high && "high")}>
      <span className={css("track")}>
        <span className={css("fill")} style={{ width: `${Math.min(100, percent)}%` }} />
      </span>
      <span className={css("number")}>{Math.round(percent)} %</span>
      {high ? <Icon name="warn" size={13} label={t("at or above {percent} %", { percent: warnAt })} /> : null}
    </span>
  );
}
