/** Which marks of a strip have room for their words. The newest come first: they are what one asks about. */
export type StripMark = {
  readonly key: string;
  readonly atMs: number;
  readonly text: string;
  readonly tone: "water" | "refit" | "danger";
  readonly href: string | null;
};

export type PlacedMark = {
  readonly mark: StripMark;
  readonly x: number;
  readonly labelX: number;
  readonly shown: boolean;
};

const CHAR_PX = 6.3;
const GAP_PX = 16;
/** "now" stands at the end. */
const NOW_PX = 34;

export function placedLabels(
  marks: readonly StripMark[],
  fromMs: number,
  toMs: number,
  widthPx: number,
): readonly PlacedMark[] {
  const isOld = ({ atMs }: StripMark): boolean => atMs < fromMs;
  let free = widthPx - NOW_PX;
  const placed = marks.toReversed().map((mark): PlacedMark => {
    const x = isOld(mark) ? 0 : Math.round(((mark.atMs - fromMs) / Math.max(1, toMs - fromMs)) * (widthPx - 2));
    const length = widthOf(mark.text);
    const labelX = Math.min(x, free - length);
    const shown = widthPx > 0 && labelX >= 0;
    if (shown) free = labelX - GAP_PX;
    return { mark, x, labelX, shown };
  });
  return placed.toReversed();
}

/** Han characters, and the punctuation among them, are as wide as two others. */
function widthOf(text: string): number {
  return (text.length + (text.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0)) * CHAR_PX;
}
