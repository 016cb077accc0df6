/** A sentence in which some values are set apart: where a language puts them, there they stand. */
import { Fragment, type ReactNode } from "react";
import { t, type Values } from "./t.ts";

/** No text has it. */
const EDGE = "\u0000";

/** `text` comes from `msg("…")`; each of `parts` fills the value of its name, and `values` fill the rest as in `t`. */
export function rich(text: string, parts: Readonly<Record<string, ReactNode>>, values: Values = {}): ReactNode {
  const slots = Object.fromEntries(Object.keys(parts).map((name) => [name, `${EDGE}${name}${EDGE}`]));
  return t(text, { ...values, ...slots })
    .split(EDGE)
    .map((piece, index) => <Fragment key={index}>{index % 2 === 0 ? piece : parts[piece]}</Fragment>);
}
