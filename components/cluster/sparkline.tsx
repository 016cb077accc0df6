import type { SeriesPoint } from "#lib/wire/views.ts";
import styles from "./sparkline.module.css";

const W = 84;
const H = 20;

/** A row's last 15 minutes, from zero; a gap stays a gap. The number beside it is the value. */
export function Sparkline({
  points,
  fromMs,
  nowMs,
  most,
}: {
  readonly points: readonly SeriesPoint[];
  readonly fromMs: number;
  readonly nowMs: number;
  /** The value at the top, shared by the rows of a role. */
  readonly most: number;
}) {
  const x = (atMs: number): number => ((atMs - fromMs) / (nowMs - fromMs)) * W;
  const y = (value: number): number => H - 1 - (Math.min(value, most) / most) * (H - 4);
  const runs = piecesOf(points.filter((point) => point.atMs >= fromMs));
  const last = points.at(-1);
  return (
    <svg
      className={styles["spark"]}
      width={W + 3}
      height={H}
      viewBox={`0 0 ${W + 3} ${H}`}
      aria-hidden
      focusable="false"
    >
      {runs.map((run) => {
        const line = run.map(({ atMs, value }) => `${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`).join("L");
        const [first] = run;
        const end = run.at(-1);
        if (first === undefined || end === undefined) return null;
        return (
          <g key={first.atMs}>
            <path
              className={styles["area"]}
              d={`M${x(first.atMs).toFixed(1)} ${H}L${line}L${x(end.atMs).toFixed(1)} ${H}z`}
            />
            <path className={styles["line"]} d={`M${line}`} />
          </g>
        );
      })}
      {last === undefined || last.value === null ? null : (
        <circle className={styles["now"]} cx={x(last.atMs)} cy={y(last.value)} r="1.6" />
      )}
    </svg>
  );
}

type Measured = { readonly atMs: number; readonly value: number };

/** Stretches without a gap. */
function piecesOf(points: readonly SeriesPoint[]): readonly (readonly Measured[])[] {
  const pieces: Measured[][] = [];
  let open: Measured[] | null = null;
  for (const { atMs, value } of points) {
    if (value === null) {
      open = null;
      continue;
    }
    if (open === null) {
      open = [];
      pieces.push(open);
    }
    open.push({ atMs, value });
  }
  return pieces;
}
