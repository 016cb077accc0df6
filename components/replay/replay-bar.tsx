"use client";
/** What moves the moment besides the scrubber: play, speed, from event to event; and what happened last. */
import type { ReactNode } from "react";
import { timeOfDay } from "#components/format.ts";
import { msg, t } from "#components/language/t.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { SPEEDS, setSpeed, useReplayStore } from "#components/stores/replay.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Select } from "#components/ui/select.tsx";
import { stopAfter, stopAt, stopBefore, type Stop } from "./moment.ts";
import type { Moving } from "./use-moving.ts";
import styles from "./replay-bar.module.css";

const css = classesOf(styles);

const NO_EARLIER = msg("Nothing happened before this.");
const NO_LATER = msg("Nothing happened after this.");
const SPEED_OPTIONS = SPEEDS.map((speed) => ({ value: String(speed), label: `${speed}x` }));

export function ReplayBar({
  moving,
  stops,
  aside,
}: {
  readonly moving: Moving;
  readonly stops: readonly Stop[];
  /** At the right: the way out of the replay, or what the patterns mean. */
  readonly aside: ReactNode;
}) {
  const { span, atMs, playing, goTo, toggle } = moving;
  const speed = useReplayStore((state) => state.speed);
  const shownMs = atMs ?? span.toMs;
  const before = stopBefore(stops, shownMs);
  const after = stopAfter(stops, shownMs);
  const last = stopAt(stops, shownMs);
  const go = (stop: Stop | null) => (): void => (stop === null ? undefined : goTo(stop.atMs));
  const noEarlier = before === null ? t(NO_EARLIER) : null;
  const noLater = after === null ? t(NO_LATER) : null;
  useShortcuts([
    { keys: " ", label: t(playing ? "Stop the replay" : "Play the replay"), act: toggle },
    { keys: "[", label: t("Previous event"), act: go(before), locked: noEarlier },
    { keys: "]", label: t("Next event"), act: go(after), locked: noLater },
  ]);
  return (
    <div className={css("bar")} role="group" aria-label={t("Replay")}>
      <h2 className={css("title")}>{t("Replay")}</h2>
      <div className={css("controls")}>
        <Button icon={playing ? "paused" : "play"} shortcut={t("Space")} onPress={toggle}>
          {t(playing ? "Stop" : "Play")}
        </Button>
        <Select
          label={t("Speed of the replay")}
          mono
          value={String(speed)}
          options={SPEED_OPTIONS}
          onChange={(chosen) => setSpeed(SPEEDS.find((each) => String(each) === chosen) ?? speed)}
        />
        <Button kind="quiet" shortcut="[" locked={noEarlier} onPress={go(before)}>
          {t("Previous event")}
        </Button>
        <Button kind="quiet" shortcut="]" locked={noLater} onPress={go(after)}>
          {t("Next event")}
        </Button>
      </div>
      <p className={css("event")}>{atMs === null || last === null ? null : <Happened stop={last} />}</p>
      <div className={css("aside")}>{aside}</div>
    </div>
  );
}

const TONE_ICONS = { plain: null, ok: "serving", attn: "warn", danger: "fail" } as const;

function Happened({ stop: { atMs, line } }: { readonly stop: Stop }) {
  const icon = TONE_ICONS[line.tone];
  const source = line.source === "Sluice" || line.source === t("operator") ? null : line.source;
  const nodeId = line.nodeId === null || line.text.includes(line.nodeId) ? null : line.nodeId;
  const about = [nodeId, source].filter((part) => part !== null).join(t(", "));
  const text = about === "" ? line.text : t("{about}: {text}", { about, text: line.text });
  return (
    <>
      <span className={css("when", line.tone)}>
        {icon === null ? null : <Icon name={icon} size={13} />} {timeOfDay(atMs)}
      </span>{" "}
      <span title={text}>{text}</span>
    </>
  );
}
