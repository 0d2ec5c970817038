/** Language and theme, kept on this device. */

import { useTranslation } from "react-i18next";
import { type Language, languages, speak } from "../../i18n/i18n";
import { type Choice, choose, useThemeChoice } from "../../theme/theme";
import { Chips } from "../../ui/Chips";
import { Facts, Panel, Section } from "../../ui/Page";

const themes: Choice[] = ["system", "light", "dark"];

export function Appearance() {
  const { t, i18n } = useTranslation();
  const theme = useThemeChoice();
  return (
    <Section title={t("profile.appearance")}>
      <Panel>
        <Facts
          items={[
            [
              t("shell.language"),
              <Chips
                key="language"
                label={t("shell.language")}
                options={Object.keys(languages) as Language[]}
                value={i18n.language as Language}
                text={(one) => languages[one]}
                onChange={(next) => next && void speak(next)}
              />,
              true,
            ],
            [
              t("profile.theme"),
              <Chips
                key="theme"
                label={t("profile.theme")}
                options={themes}
                value={theme}
                text={(one) => t(`profile.themes.${one}`)}
                onChange={(next) => next && choose(next)}
              />,
              true,
            ],
          ]}
        />
      </Panel>
    </Section>
  );
}
