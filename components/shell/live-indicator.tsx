"use client";
import { usePathname } from "next/navigation";
import { useConnection } from "#components/data/live-provider.tsx";
import { age, timeOfDay } from "#components/format.ts";
import { rich } from "#components/language/rich.tsx";
import { msg, t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { placeOf } from "./place.ts";
import { useMoment } from "./use-moment.ts";
import styles from "./top-bar.module.css";

const css = classesOf(styles);

/** "replaying 02:32:49", "live, 0.4 s", "late, 3.1 s", "no data since 02:24:05": how old what the page shows is. */
export function LiveIndicator({ clusterId }: { readonly clusterId: string | null }) {
  const { at, ageMs, dataAtMs, console } = useConnection(clusterId);
  const moment = useMoment();
  const isOfRun = placeOf(usePathname()).runId !== null;
  if (isOfRun && moment !== null) {
    return (
      <span className={css("live", "replaying")} data-testid="live">
        <Icon name="clock" />
        <span>
          {rich(msg("{state} {time}"), { state: <strong>{t("replaying")}</strong> }, { time: timeOfDay(moment) })}
          {console === "lost" ? t(", console lost") : null}
        </span>
      </span>
    );
  }
  if (at === "live" && ageMs !== null) {
    return (
      <span className={css("live")} data-testid="live">
        <span className={css("pulse")}>
          <Icon name="live" />
        </span>
        <span>{rich(msg("{state}, {age}"), { state: <strong>{t("live")}</strong> }, { age: age(ageMs) })}</span>
      </span>
    );
  }
  const isLate = at === "late" && ageMs !== null;
  return (
    <span className={css("live", isLate ? "late" : "lost")} data-testid="live">
      <Icon name="clock" />
      <span>
        {isLate ? (
          rich(msg("{state}, {age}"), { state: <strong>{t("late")}</strong> }, { age: age(ageMs) })
        ) : (
          <strong>
            {dataAtMs === null ? t("no data yet") : t("no data since {time}", { time: timeOfDay(dataAtMs) })}
          </strong>
        )}
        {console === "lost" ? t(", console lost") : null}
      </span>
    </span>
  );
}
