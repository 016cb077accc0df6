/** Our own icons: 16 units square, drawn with the text's colour, never without a word beside them or a label. */
import type { ReactNode } from "react";

export type IconName = keyof typeof SHAPES;

const CIRCLE = <circle cx="8" cy="8" r="5.9" />;
const CHECK = <path d="m5.3 8.2 1.9 1.9 3.6-4" />;
const CROSS = <path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" />;
const OCTAGON = <path d="M5.6 2.2h4.8l3.4 3.4v4.8l-3.4 3.4H5.6l-3.4-3.4V5.6z" />;
const DOWN = <path d="M8 2v7.2M4.9 6.4 8 9.5l3.1-3.1" />;

const SHAPES = {
  serving: (
    <>
      {CIRCLE}
      {CHECK}
    </>
  ),
  draining: (
    <>
      {DOWN}
      <path d="M2.8 10.8v2.6h10.4v-2.6" />
    </>
  ),
  exiting: (
    <>
      <path d="M5.4 1.8v6M2.8 5.4l2.6 2.7L8 5.4" />
      <path d="M8.6 10.3h4.8v3.6H8.6zM9.7 10.2V9a1.3 1.3 0 0 1 2.6 0v1.2" />
    </>
  ),
  sidelined: (
    <>
      <path d="M2.5 4.2h11" />
      <path d="M8 13.6V7.2M5.4 9.6 8 7l2.6 2.6" strokeDasharray="2 1.6" />
    </>
  ),
  out: (
    <>
      <circle cx="8" cy="8" r="5.9" strokeDasharray="2.6 2" />
      <path d="M5.6 8h4.8" />
    </>
  ),
  lost: (
    <>
      {OCTAGON}
      {CROSS}
    </>
  ),
  starting: (
    <>
      <path d="M13.2 8A5.3 5.3 0 1 1 10.8 3.6" />
      <path d="M10.6 1.3v2.6h2.7" />
    </>
  ),
  clock: (
    <>
      {CIRCLE}
      <path d="M8 4.6V8l2.3 1.5" />
    </>
  ),
  gate: (
    <>
      <path d="M3.5 2v12M12.5 2v12M3.5 6.2h9M3.5 9.8h9" />
    </>
  ),
  check: <path d="m3 8.6 3.2 3.2L13 4.6" />,
  paused: <path d="M5.6 3.4v9.2M10.4 3.4v9.2" />,
  play: <path d="M5 3.2v9.6L12.6 8z" />,
  warn: (
    <>
      <path d="M8 2.2 14.3 13.4H1.7z" />
      <path d="M8 6.4v3.2M8 11.4v.4" />
    </>
  ),
  fail: (
    <>
      {CIRCLE}
      {CROSS}
    </>
  ),
  unknown: (
    <>
      {CIRCLE}
      <path d="M6.3 6.4A1.7 1.7 0 1 1 8 8.3v.9M8 11.1v.4" />
    </>
  ),
  live: <path d="M1.2 8.4h3l1.6-4.6 3 8.6 1.8-4h4.2" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.4" />
      <path d="m10.4 10.4 3.6 3.6" />
    </>
  ),
  person: (
    <>
      <circle cx="8" cy="5.2" r="2.6" />
      <path d="M2.9 13.8c.3-2.7 2-4.2 5.1-4.2s4.8 1.5 5.1 4.2" />
    </>
  ),
  lock: (
    <>
      <path d="M3.6 7.4h8.8v6.2H3.6z" />
      <path d="M5.4 7.2V5.2a2.6 2.6 0 0 1 5.2 0v2" />
    </>
  ),
  plus: <path d="M8 3v10M3 8h10" />,
  minus: <path d="M3 8h10" />,
  force: <path d="M9.2 1.6 3.8 9h3.7l-.7 5.4L12.2 7H8.5z" />,
  chevronDown: <path d="m4.4 6.4 3.6 3.6 3.6-3.6" />,
  chevronLeft: <path d="M9.8 3.6 5.4 8l4.4 4.4" />,
  arrowRight: <path d="M2.8 8h10M9.4 4.6 12.8 8l-3.4 3.4" />,
  arrowUp: <path d="M8 13V3.4M4.6 6.8 8 3.4l3.4 3.4" />,
  arrowDown: <path d="M8 3v9.6M4.6 9.2 8 12.6l3.4-3.4" />,
  upgrade: (
    <>
      <path d="M8 10.5V2.6M4.9 5.6 8 2.5l3.1 3.1" />
      <path d="M2.8 13.4h10.4" />
    </>
  ),
  restart: (
    <>
      <path d="M3.4 9.2A4.9 4.9 0 1 0 4.6 4.4" />
      <path d="M4.3 1.8v2.9h2.9" />
    </>
  ),
  verify: (
    <>
      <circle cx="7" cy="7" r="4.7" />
      <path d="m10.5 10.5 3.5 3.5M5 7.1l1.5 1.5L9.1 5.7" />
    </>
  ),
  confirm: (
    <>
      {CIRCLE}
      <path d="M5 8h6" />
    </>
  ),
  download: (
    <>
      {DOWN}
      <path d="M2.8 13.4h10.4" />
    </>
  ),
  close: <path d="m3.8 3.8 8.4 8.4m0-8.4-8.4 8.4" />,
  copy: (
    <>
      <path d="M5.6 5.6h7.8v7.8H5.6z" />
      <path d="M3.8 10.4H2.6V2.6h7.8v1.2" />
    </>
  ),
  grip: <path d="M6 3.5h.01M10 3.5h.01M6 8h.01M10 8h.01M6 12.5h.01M10 12.5h.01" strokeWidth="1.8" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1.6v1.5M8 12.9v1.5M1.6 8h1.5M12.9 8h1.5M3.5 3.5l1 1M11.5 11.5l1 1M12.5 3.5l-1 1M4.5 11.5l-1 1" />
    </>
  ),
  moon: <path d="M13 9.7A5.6 5.6 0 0 1 6.3 3a5.6 5.6 0 1 0 6.7 6.7z" />,
} satisfies Readonly<Record<string, ReactNode>>;

/** Give a `label` only where no word stands beside it. */
export function Icon({
  name,
  size = 14,
  label = null,
}: {
  readonly name: IconName;
  readonly size?: number;
  readonly label?: string | null;
}) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.3"
      strokeLinecap="round"
      strokeLinejoin="round"
      focusable="false"
      {...(label === null ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      {SHAPES[name]}
    </svg>
  );
}
