/** Which theme is shown: what the person chose on this device, else what the system prefers. */

import type { ThemeConfig } from "antd";
import { theme as antd } from "antd";
import { useSyncExternalStore } from "react";
import { font, mono, palettes, type Theme, tiles } from "./tokens";

export type Choice = Theme | "system";
const KEY = "tieline.theme";
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
const prefersStill = window.matchMedia("(prefers-reduced-motion: reduce)");
const listeners = new Set<() => void>();

export function choice(): Choice {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function choose(next: Choice) {
  if (next === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, next);
  apply();
}

function current(): Theme {
  const chosen = choice();
  if (chosen !== "system") return chosen;
  return prefersDark.matches ? "dark" : "light";
}

/** Writes the tokens of the theme onto the page and tells those who draw by hand. */
export function apply() {
  const theme = current();
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.style.colorScheme = theme;
  for (const [name, value] of Object.entries(palettes[theme])) root.style.setProperty(`--${name}`, value);
  for (const [name, value] of Object.entries(tiles)) root.style.setProperty(`--tile-${name}`, value[theme]);
  root.style.setProperty("--type", font);
  root.style.setProperty("--mono", mono);
  for (const listener of listeners) listener();
}

prefersDark.addEventListener("change", apply);
window.addEventListener("storage", (event) => event.key === KEY && apply());

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useTheme = () => useSyncExternalStore(subscribe, current);
export const useThemeChoice = () => useSyncExternalStore(subscribe, choice);

/** The same tokens for Ant Design. */
export function antTheme(theme: Theme): ThemeConfig {
  const p = palettes[theme];
  return {
    algorithm: theme === "dark" ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: p.accent,
      colorInfo: p.accent,
      colorSuccess: p.ok,
      colorWarning: p.wait,
      colorError: p.bad,
      colorLink: p.accent,
      colorText: p.ink,
      colorTextSecondary: p.ink2,
      colorTextTertiary: p.ink3,
      colorTextDescription: p.ink2,
      colorTextPlaceholder: p.ink3,
      colorBgBase: p.panel,
      colorBgLayout: p.bg,
      colorBgContainer: p.panel,
      colorBgElevated: p.panel,
      colorBorder: p.line,
      colorBorderSecondary: p.line2,
      colorTextLightSolid: p["on-accent"],
      borderRadius: 6,
      fontFamily: "var(--font)",
      fontFamilyCode: mono,
      fontSize: 14,
      controlHeight: 32,
      wireframe: false,
      // The style sheet takes movement away; what waits for its end must not be begun.
      motion: !prefersStill.matches,
    },
    components: {
      // In the dark theme the algorithm would dim the accent, and a button would differ from a link that looks like one.
      Button: {
        colorPrimary: p.accent,
        colorPrimaryHover: p["accent-hover"],
        colorPrimaryActive: p["accent-hover"],
        primaryShadow: "none",
        defaultShadow: "none",
        dangerShadow: "none",
      },
    },
  };
}
