/** Text to take along: in full, as it is, with a button that copies it and says that it did. */

import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { copied } from "./copied";
import "./copy.css";

export function Copy({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = window.setTimeout(() => setDone(false), 2000);
    return () => window.clearTimeout(timer);
  }, [done]);
  return (
    <div className="copy">
      {/* biome-ignore lint/a11y: what scrolls must be reachable by keys, and is no set of fields */}
      <div role="group" tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </div>
      <button type="button" className="icon" onClick={() => void copied(text).then(setDone)} aria-live="polite">
        {done ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />} {done ? t("copy.done") : t("copy.copy")}
      </button>
    </div>
  );
}
