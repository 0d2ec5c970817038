/** The chart itself, drawn by uPlot in the colours of the theme. */

import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { brief, moment, number, percent } from "../../i18n/format";
import { useTheme } from "../../theme/theme";
import type { Series } from "./series";

const HEIGHT = 200;

export default function Plot(series: Series) {
  const box = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const { t, i18n } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme or language draws anew
  useEffect(() => {
    const at = box.current;
    if (!at) return;
    const plot = new uPlot(
      options(series, at, t("chart.when")),
      [series.times, ...series.lines.map((line) => line.values)],
      at,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: at.clientWidth, height: HEIGHT }));
    resized.observe(at);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [series.times, series.lines, series.from, series.to, theme, i18n.language]);
  return <div ref={box} className="chart-box" />;
}

function options(series: Series, at: HTMLElement, when: string): uPlot.Options {
  const style = getComputedStyle(at);
  const colour = (token: string) => style.getPropertyValue(`--${token}`);
  const font = `11px ${style.fontFamily}`;
  const axis = { stroke: colour("ink2"), font, ticks: { show: false }, gap: 6 };
  const grid = { stroke: colour("line2"), width: 1 };
  const counts = series.lines.some((line) => line.axis === "count");
  return {
    width: at.clientWidth,
    height: HEIGHT,
    padding: [8, counts ? 0 : 12, 0, 0],
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { live: true },
    scales: {
      x: { range: [series.from, series.to] },
      share: { range: [0, 1] },
      count: { range: (_, __, most) => [0, Math.max(4, Math.ceil((most ?? 0) * 1.1))] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 90,
        size: 28,
        values: (_, splits) => splits.map((one) => brief(new Date(one * 1000).toISOString())),
      },
      { ...axis, scale: "share", grid, size: 48, values: (_, splits) => splits.map(percent) },
      ...(counts
        ? [
            {
              ...axis,
              scale: "count",
              side: 1 as const,
              grid: { show: false },
              size: 40,
              incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000],
              values: (_: uPlot, splits: number[]) => splits.map((one) => number(one)),
            },
          ]
        : []),
    ],
    series: [
      { label: when, value: (_, value) => (value === null ? "" : moment(value * 1000)) },
      ...series.lines.map((line) => ({
        label: line.name,
        scale: line.axis,
        stroke: colour(line.colour),
        fill: line.axis === "share" ? colour(`${line.colour}-soft`) : undefined,
        width: 1.5,
        points: { show: false },
        value: (_: uPlot, value: number | null) => (value === null ? "–" : line.text(value)),
      })),
    ],
  };
}
