/** The contrast of every text and every meaningful line with whatever it can stand on, computed from the tokens. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const tokensCss = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

type Rgb = readonly [number, number, number];
type Theme = ReadonlyMap<string, string>;

const dark = declared(/:root \{([^}]*)\}/);
const light: Theme = new Map([...dark, ...declared(/\n\[data-theme="light"\] \{([^}]*)\}/)]);
const more = /prefers-contrast: more\) \{\s*:root \{([^}]*)\}\s*\[data-theme="light"\] \{([^}]*)\}/.exec(tokensCss);
const THEMES: readonly (readonly [string, Theme])[] = [
  ["dark", dark],
  ["light", light],
  ["dark, more contrast", new Map([...dark, ...properties(more?.[1] ?? "")])],
  ["light, more contrast", new Map([...light, ...properties(more?.[2] ?? "")])],
];

const SURFACES = ["--bg-inset", "--bg-page", "--bg-panel", "--bg-raised", "--bg-hover"] as const;
/** What each lies over: blocks that ask or warn stand anywhere, bands of water in charts. */
const WASHES = [
  ["--attn-wash", ["--bg-page", "--bg-panel", "--bg-raised"]],
  ["--danger-wash", ["--bg-page", "--bg-panel", "--bg-raised"]],
  ["--water-wash", ["--bg-page", "--bg-inset"]],
] as const;

const styles = globSync("{app,components}/**/*.css", { cwd: ROOT }).map((file) =>
  readFileSync(join(ROOT, file), "utf8"),
);
/** The button that is filled has a text of its own; an icon's colour is a line's. */
const OWN = ["--primary-text", "--line-3"];
const texts = used(/(?<![\w-])color: var\((--[\w-]+)\)/g).filter((name) => !OWN.includes(name));
/** Lines that carry meaning or bound a control. Those between rows and regions, and grids, only help the eye. */
const LINES = [
  "--line-3",
  "--focus",
  "--water",
  "--ok",
  "--attn",
  "--danger",
  "--refit",
  "--chart-qps",
  "--chart-p99",
  "--chart-error",
  "--chart-forecast",
  "--chart-deadline",
  "--chart-now",
];

describe.each(THEMES)("%s", (_, theme) => {
  it("text is read on every surface and wash that it can stand on: 4.5 to 1", () => {
    expect(texts).toEqual(expect.arrayContaining(["--text-1", "--text-2", "--text-3", "--attn", "--danger", "--ok"]));
    const pairs = texts.flatMap((text) => grounds(theme).map((ground) => ratioOf(theme, text, ground)));
    pairs.push(ratioOf(theme, "--primary-text", plain(theme, "--primary-bg")));
    pairs.push(ratioOf(theme, "--primary-text", plain(theme, "--primary-hover")));
    expect(pairs.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
  });

  it("lines that say something, control borders and the focus stand out from every surface: 3 to 1", () => {
    const pairs = LINES.flatMap((line) => SURFACES.map((name) => ratioOf(theme, line, plain(theme, name))));
    expect(pairs.filter(({ ratio }) => ratio < 3)).toEqual([]);
  });
});

type Ground = { readonly name: string; readonly rgb: Rgb };

function grounds(theme: Theme): readonly Ground[] {
  const washed = WASHES.flatMap(([wash, beneath]) =>
    beneath.map((under) => ({
      name: `${wash} over ${under}`,
      rgb: over(valueOf(theme, wash), plain(theme, under).rgb),
    })),
  );
  return [...SURFACES.map((name) => plain(theme, name)), ...washed];
}

function plain(theme: Theme, name: string): Ground {
  return { name, rgb: over(valueOf(theme, name), [0, 0, 0]) };
}

function ratioOf(theme: Theme, name: string, ground: Ground) {
  const colour = luminance(over(valueOf(theme, name), ground.rgb));
  const behind = luminance(ground.rgb);
  const ratio = (Math.max(colour, behind) + 0.05) / (Math.min(colour, behind) + 0.05);
  return { pair: `${name} on ${ground.name}`, ratio: Math.round(ratio * 100) / 100 };
}

function valueOf(theme: Theme, name: string): string {
  const value = theme.get(name) ?? "";
  const other = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
  return other === undefined ? value : valueOf(theme, other);
}

function over(colour: string, [r, g, b]: Rgb): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(colour);
  if (hex !== null) return [parseInt(hex[1] ?? "", 16), parseInt(hex[2] ?? "", 16), parseInt(hex[3] ?? "", 16)];
  const [red = NaN, green = NaN, blue = NaN, alpha = NaN] = (/^rgba\((.*)\)$/.exec(colour)?.[1] ?? "")
    .split(",")
    .map(Number);
  const mixed = (one: number, ground: number): number => one * alpha + ground * (1 - alpha);
  return [mixed(red, r), mixed(green, g), mixed(blue, b)];
}

/** Relative luminance as WCAG 2 defines it. */
function luminance([r, g, b]: Rgb): number {
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function declared(rule: RegExp): Theme {
  return properties(rule.exec(tokensCss)?.[1] ?? "");
}

function properties(body: string): Theme {
  return new Map([...body.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name = "", value = ""]) => [name, value]));
}

function used(pattern: RegExp): readonly string[] {
  return [...new Set(styles.flatMap((css) => [...css.matchAll(pattern)].map(([, name = ""]) => name)))];
}
