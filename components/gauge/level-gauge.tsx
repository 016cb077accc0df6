/**
 * A chamber open at the top: its level is the work in flight, its gate says whether new work comes in. For nodes only.
 * The number stands beside it; the gauge alone never carries a value.
 */
import { useId } from "react";
import { classesOf } from "#components/ui/css.ts";
import { levelOf, type GaugeState } from "./level.ts";
import styles from "./level-gauge.module.css";

const css = classesOf(styles);

const SIZES = {
  xs: { w: 7, h: 17, flap: 3, gate: 4, line: 1 },
  s: { w: 9, h: 19, flap: 3, gate: 4, line: 1 },
  m: { w: 11, h: 24, flap: 3, gate: 4, line: 1.2 },
  l: { w: 34, h: 158, flap: 5, gate: 8, line: 2 },
} as const;

export type LevelGaugeProps = {
  readonly size: keyof typeof SIZES;
  readonly state: GaugeState;
  /** In flight now; null where it cannot be measured. */
  readonly count: number | null;
  /** The role's usual peak, at which the chamber is full. */
  readonly peak: number;
  /** In flight when the drain began: a dashed line. */
  readonly startCount?: number | null;
  /** On the version that the run brings. */
  readonly onTarget?: boolean;
  readonly outlier?: boolean;
  /** "be-02, SHUTDOWN, 3 of 242 in flight"; null where the row says the same in words. */
  readonly label: string | null;
};

export function LevelGauge({
  size,
  state,
  count,
  peak,
  startCount = null,
  onTarget = false,
  outlier = false,
  label,
}: LevelGaugeProps) {
  const { w, h, flap, gate, line } = SIZES[size];
  const hatch = useId();
  const left = flap + 1;
  const top = gate + 1;
  const bottom = top + h;
  const width = w + 2 * left;
  const height = bottom + 4;
  const level = count === null ? 0 : levelOf(count, peak);
  const hasWater = state !== "empty" && state !== "refit" && state !== "lost" && state !== "noData";
  return (
    <svg
      className={css("gauge", state)}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      strokeWidth={line}
      focusable="false"
      {...(label === null ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      {state === "refit" ? (
        <defs>
          <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
            <rect className={css("hatch")} width="4" height="2" />
          </pattern>
        </defs>
      ) : null}
      {state === "refit" ? <rect x={left} y={top} width={w} height={h} fill={`url(#${hatch})`} /> : null}
      {hasWater ? (
        <>
          <rect
            className={css("water")}
            x={left}
            y={top}
            width={w}
            height={h}
            style={{ transform: `scaleY(${level})`, transformOrigin: `0 ${bottom}px` }}
          />
          {level > 0 ? (
            <path
              className={css("surface")}
              d={`M${left} ${bottom}h${w}`}
              style={{ transform: `translateY(${-level * h}px)` }}
            />
          ) : null}
        </>
      ) : null}
      {startCount !== null && (state === "draining" || state === "exiting") ? (
        <path className={css("start")} d={`M${left} ${bottom - levelOf(startCount, peak) * h}h${w}`} />
      ) : null}
      {state === "noData" && count !== null ? (
        <path className={css("last")} d={`M${left} ${bottom - level * h}h${w}`} />
      ) : null}
      <path className={css("walls")} d={`M${left} ${top}V${bottom}H${left + w}V${top}`} />
      {state === "lost" ? (
        <path
          className={css("cross")}
          d={`M${left + 2} ${top + h / 2 - w / 2 + 2}l${w - 4} ${w - 4}m0 ${4 - w}l${4 - w} ${w - 4}`}
        />
      ) : null}
      <Gate state={state} left={left} right={left + w} top={top} flap={flap} gate={gate} />
      {onTarget ? <rect className={css("plate")} x={left - 1} y={bottom + 2} width={w + 2} height="2" /> : null}
      {outlier ? <path className={css("outlier")} d={`M${width / 2 - 3} 3.5h6l-3-3.5z`} /> : null}
    </svg>
  );
}

type GateProps = {
  readonly state: GaugeState;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly flap: number;
  readonly gate: number;
};

/** Two flaps up: accepts work. Flat lid: shut. One of each: taking work again, watched. Lid with a lock: exiting. */
function Gate({ state, left, right, top, flap, gate }: GateProps) {
  const middle = (left + right) / 2;
  const leftFlap = `M${left} ${top}l${-flap} ${-gate + 1}`;
  const rightFlap = `M${right} ${top}l${flap} ${-gate + 1}`;
  switch (state) {
    case "serving":
    case "noData":
      return <path className={css("flap")} d={leftFlap + rightFlap} />;
    case "refill":
      return (
        <>
          <path className={css("flap")} d={leftFlap} />
          <path className={css("lid")} d={`M${middle + 1} ${top - 1}H${right + flap - 1}`} />
        </>
      );
    case "exiting":
      return (
        <>
          <path className={css("lid")} d={`M${left - flap} ${top - 1}H${right + flap}`} />
          <path className={css("lock")} d={`M${middle - 2.5} ${top - 2}v-1.5a2.5 2.5 0 0 1 5 0v1.5z`} />
        </>
      );
    case "sidelined":
    case "draining":
    case "empty":
    case "refit":
    case "lost":
      return <path className={css("lid")} d={`M${left - flap} ${top - 1}H${right + flap}`} />;
    default:
      return state satisfies never;
  }
}
