/** Dates, numbers, sizes, spans and money, as the spoken language writes them. */

import type { Schema } from "../api/client";
import { spoken } from "./i18n";

const locale = () => (spoken() === "zh" ? "zh-CN" : "en-GB");
const made = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>();

function once<F extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>(
  name: string,
  make: () => F,
): F {
  const key = `${locale()} ${name}`;
  let format = made.get(key) as F | undefined;
  if (!format) {
    format = make();
    made.set(key, format);
  }
  return format;
}

export function number(value: number, digits = 0) {
  return once(`number ${digits}`, () => new Intl.NumberFormat(locale(), { maximumFractionDigits: digits })).format(
    value,
  );
}

export function percent(share: number) {
  return once("percent", () => new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 0 })).format(
    share,
  );
}

/** Money comes in micro-units and is shown to the cent, or to as many places as a smaller sum or an exact rate needs. */
export function money(sum: Schema<"Money">, exact = false) {
  const value = sum.micros / 1_000_000;
  const small = exact || (value !== 0 && Math.abs(value) < 0.01);
  return once(`money ${sum.currency} ${small}`, () => {
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: small ? 6 : 2 };
    return new Intl.NumberFormat(locale(), {
      style: "currency",
      currency: sum.currency,
      currencyDisplay: "narrowSymbol",
      ...digits,
    });
  }).format(value);
}

export function moment(at: string | number | Date) {
  return once("moment", () => new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium" })).format(
    new Date(at),
  );
}

export function day(at: string | number | Date) {
  return once("day", () => new Intl.DateTimeFormat(locale(), { dateStyle: "medium" })).format(new Date(at));
}

/** A moment as lists show it: the time today, else the day. */
export function brief(at: string) {
  const date = new Date(at);
  const today = new Date().toDateString() === date.toDateString();
  const options: Intl.DateTimeFormatOptions = today
    ? { hour: "2-digit", minute: "2-digit" }
    : { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return once(`brief ${today}`, () => new Intl.DateTimeFormat(locale(), options)).format(date);
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

export function ago(at: string | number) {
  const seconds = (new Date(at).getTime() - Date.now()) / 1000;
  const [unit, size] = steps.find(([, step]) => Math.abs(seconds) >= step) ?? ["second", 1];
  return once("ago", () => new Intl.RelativeTimeFormat(locale(), { numeric: "auto" })).format(
    Math.round(seconds / size),
    unit,
  );
}

/** Seconds as clocks write them: 4 s, 3:05, 5:12:00, 2 d 05:12. Where it is to be exact, few of them with their tenths. */
export function span(seconds: number, exact = false) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) {
    const digits = exact && whole < 10 ? 1 : 0;
    return once(`seconds ${digits}`, () => {
      const style = { style: "unit", unit: "second", unitDisplay: "narrow", maximumFractionDigits: digits } as const;
      return new Intl.NumberFormat(locale(), style);
    }).format(digits ? Math.max(0, seconds) : whole);
  }
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor((whole % 86_400) / 3600),
    Math.floor((whole % 3600) / 60),
  ];
  if (days) {
    const unit = once(
      "days",
      () => new Intl.NumberFormat(locale(), { style: "unit", unit: "day", unitDisplay: "narrow" }),
    ).format(days);
    return `${unit} ${two(hours)}:${two(minutes)}`;
  }
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Seconds in the largest unit they are a whole number of: 90 minutes, 2 hours, 3 days. */
export function duration(seconds: number) {
  const [unit, size] = steps.find(([, step]) => seconds % step === 0) ?? (["second", 1] as const);
  const style: Intl.NumberFormatOptions = { style: "unit", unit, unitDisplay: "long" };
  return once(`duration ${unit}`, () => new Intl.NumberFormat(locale(), style)).format(seconds / size);
}

/** Seconds as one says them when it is not exact: 40 sec, 10 min, 3 hr, 2 days. */
export function roughly(seconds: number) {
  const [unit, size] = steps.find(([, step]) => seconds >= step) ?? (["second", 1] as const);
  const style: Intl.NumberFormatOptions = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 };
  return once(`roughly ${unit}`, () => new Intl.NumberFormat(locale(), style)).format(Math.round(seconds / size));
}

const sizes = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Sentences one after the other; Chinese has no gap between them. */
export function together(sentences: (string | false | undefined)[]) {
  return sentences.filter(Boolean).join(spoken() === "zh" ? "" : " ");
}

export function bytes(count: number) {
  const power = count < 1 ? 0 : Math.min(Math.floor(Math.log2(count) / 10), sizes.length - 1);
  return `${number(count / 1024 ** power, power && count / 1024 ** power < 100 ? 1 : 0)} ${sizes[power]}`;
}

/** A text of an app in the spoken language, else in English, else in whatever there is. */
export function text(texts: Record<string, string> | undefined) {
  if (!texts) return "";
  return texts[spoken()] ?? texts.en ?? Object.values(texts)[0] ?? "";
}
