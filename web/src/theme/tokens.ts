/**
 * The look, in one place: every colour and size a page uses comes from here, as a custom property for style sheets and as
 * a token for Ant Design. Contrast of text on its ground is at least 4.5 to 1 in both themes.
 */

const light = {
  bg: "#fbfbfa",
  panel: "#ffffff",
  line: "#e2e2df",
  line2: "#efefec",
  ink: "#1c1f21",
  ink2: "#555c60",
  ink3: "#6c7377",
  accent: "#0b6b6b",
  "accent-hover": "#095757",
  "accent-soft": "#e3f0ef",
  "on-accent": "#ffffff",
  ok: "#25693f",
  run: "#0b6b6b",
  wait: "#7d5600",
  bad: "#a9301f",
  off: "#666d71",
  "ok-soft": "#e6f2ea",
  "run-soft": "#e3f0ef",
  "wait-soft": "#f7efdc",
  "bad-soft": "#f8e7e5",
  "off-soft": "#efefed",
  shadow: "0 6px 24px rgb(20 30 30 / 12%)",
};

const dark: typeof light = {
  bg: "#131617",
  panel: "#191d1f",
  line: "#2d3437",
  line2: "#22282a",
  ink: "#e8eaeb",
  ink2: "#a9b1b6",
  ink3: "#8b949a",
  accent: "#4fb5ae",
  "accent-hover": "#6ac6c0",
  "accent-soft": "#17302f",
  "on-accent": "#0d1616",
  ok: "#6cc08b",
  run: "#5abdb6",
  wait: "#d9a94a",
  bad: "#ee9085",
  off: "#949da2",
  "ok-soft": "#18291f",
  "run-soft": "#17302f",
  "wait-soft": "#2c2515",
  "bad-soft": "#311b19",
  "off-soft": "#22282a",
  shadow: "0 6px 24px rgb(0 0 0 / 50%)",
};

export const palettes = { light, dark };
export type Theme = keyof typeof palettes;
export type Token = keyof typeof light;

export const font =
  '"Inter", "Noto Sans", -apple-system, "Segoe UI", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';
export const mono = '"JetBrains Mono", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", ui-monospace, monospace';

/** Colours a person may give an app's tile: ground and ink of each theme, all readable. */
export const tiles = {
  teal: { light: "#dcefee", dark: "#1b3d3b" },
  sky: { light: "#e0ecf8", dark: "#1d3550" },
  violet: { light: "#eae6f7", dark: "#322b52" },
  rose: { light: "#f8e4e9", dark: "#4b2531" },
  amber: { light: "#f7edd6", dark: "#443616" },
  green: { light: "#e3f1e0", dark: "#243d22" },
  slate: { light: "#e9ecee", dark: "#2c3439" },
} as const;
export type Tile = keyof typeof tiles;
