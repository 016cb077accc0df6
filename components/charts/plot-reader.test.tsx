import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { PlotReader } from "./plot-reader.tsx";

it("a plot is a slider over its moments, and says before it is used how it is read", () => {
  const shown = renderToStaticMarkup(
    <PlotReader
      title="Throughput"
      scale={{ fromMs: 60_500, toMs: 120_000, widthPx: 600 }}
      heightPx={100}
      leftPx={88}
      stepMs={5000}
      nowMs={100_000}
      read={() => []}
      zoom={null}
    />,
  );
  expect(shown).toContain('role="slider"');
  expect(shown).toContain('aria-label="Throughput, moment"');
  expect(shown).toContain('aria-valuemin="65"');
  // What has not come yet cannot be read.
  expect(shown).toContain('aria-valuemax="95"');
  expect(shown).toContain("Arrow keys read a moment");
});
