/** (what is pressed, what waits) -> what it means: the rules of the keyboard, without the page. */
import { t } from "#components/language/t.ts";
import type { Shortcut } from "#components/stores/shortcuts.ts";

export type Press = {
  readonly key: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  /** In a field, a menu or a dialog, where letters are text. */
  readonly inField: boolean;
};

export type Meaning =
  | { readonly is: "nothing" }
  /** The first key of a chord: the next one belongs to it, whatever it is. */
  | { readonly is: "prefix"; readonly key: string }
  | { readonly is: "shortcut"; readonly shortcut: Shortcut };

const NOTHING: Meaning = { is: "nothing" };

export function meaningOf(
  press: Press,
  prefix: string | null,
  shortcuts: readonly Shortcut[],
  lettersOn: boolean,
): Meaning {
  const keys = namedKeys(press);
  const isPlain = !press.ctrl && !press.alt;
  if (isPlain && (press.inField || !lettersOn)) return NOTHING;
  if (prefix !== null) return found(shortcuts, `${prefix} ${keys}`);
  const whole = found(shortcuts, keys);
  if (whole.is === "shortcut") return whole;
  return isPlain && shortcuts.some((each) => each.keys.startsWith(`${keys} `)) ? { is: "prefix", key: keys } : NOTHING;
}

/** The one registered last wins: a screen's own key before the page's. */
function found(shortcuts: readonly Shortcut[], keys: string): Meaning {
  const shortcut = shortcuts.findLast((each) => each.keys === keys);
  return shortcut === undefined ? NOTHING : { is: "shortcut", shortcut };
}

function namedKeys({ key, ctrl, alt }: Press): string {
  return `${ctrl ? "ctrl+" : ""}${alt ? "alt+" : ""}${key.toLowerCase()}`;
}

/** "G, then N", "Ctrl + K" */
export function shownKeys(keys: string): string {
  const one = (key: string): string =>
    key
      .split("+")
      .map((part) => part.replace(/^arrow(?=up|down|left|right)/, ""))
      .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
      .join(" ");
  const [first, next] = keys.split(" ").filter(Boolean).map(one);
  if (first === undefined) return t("Space");
  return next === undefined ? first : t("{first} then {next}", { first, next });
}
