/** The two languages, of which only the one that is shown is loaded. Keys are checked by the compiler against English. */

import type { Locale } from "antd/es/locale";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type en from "../strings/en";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

export const languages = { en: "English", zh: "中文" } as const;
export type Language = keyof typeof languages;
const KEY = "tieline.language";

type Loaded = [words: { default: object }, components: { default: Locale }];
const load: Record<Language, () => Promise<Loaded>> = {
  en: () => Promise.all([import("../strings/en"), import("antd/locale/en_GB")]),
  zh: () => Promise.all([import("../strings/zh"), import("antd/locale/zh_CN")]),
};
const locales: Partial<Record<Language, Locale>> = {};

/** Our words in a language; those of the components are kept until they are asked for. */
async function learn(language: Language) {
  const [words, components] = await load[language]();
  locales[language] = components.default;
  return words.default;
}

/** What the components say in the language that is spoken. */
export const componentWords = () => locales[spoken()];

function preferred(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === "en" || kept === "zh") return kept;
  return navigator.languages.some((one) => one.toLowerCase().startsWith("zh")) ? "zh" : "en";
}

export async function start() {
  const language = preferred();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: await learn(language) } },
    interpolation: { escapeValue: false },
    returnEmptyString: false,
  });
  mark(language);
}

export async function speak(language: Language) {
  localStorage.setItem(KEY, language);
  if (!i18next.hasResourceBundle(language, "translation"))
    i18next.addResourceBundle(language, "translation", await learn(language));
  await i18next.changeLanguage(language);
  mark(language);
}

function mark(language: Language) {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

export const spoken = () => i18next.language as Language;
