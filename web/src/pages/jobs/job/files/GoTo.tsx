/** Goes to a line of a file by its number. */

import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "../../../../i18n/format";

export function GoTo({ onLine, total }: { onLine: (line: number) => void; total: number | undefined }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const line = Number(text);
  const wrong = text !== "" && !(Number.isSafeInteger(line) && line >= 1 && line <= (total ?? Infinity));
  function submit(event: FormEvent) {
    event.preventDefault();
    if (text && !wrong) onLine(line);
  }
  return (
    <form className="goto" onSubmit={submit}>
      <input
        className="file-field"
        inputMode="numeric"
        value={text}
        aria-label={t("job.go_to_line")}
        placeholder={t("job.go_to_line")}
        aria-invalid={wrong}
        onChange={(event) => setText(event.target.value.trim())}
      />
      {wrong && (
        <span role="alert" className="file-problem">
          {total === undefined ? t("job.line_wrong") : t("job.line_beyond", { total: number(total) })}
        </span>
      )}
    </form>
  );
}
