/** The ways to fill a form at once, and the note of what was done with its way back. */

import { CloseOutlined } from "@ant-design/icons";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../api/session";
import type { Request } from "./draft";
import type { useFill } from "./fill";
import { useLastJob } from "./templates";

const Templates = lazy(() => import("./Templates"));

type Fill = ReturnType<typeof useFill>;

export function FillMenu({ app, wish, fill, touched }: { app: string; wish: Request; fill: Fill; touched: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const last = useLastJob(app);
  const user = useUser();
  return (
    <>
      {touched && (
        <button type="button" className="button" onClick={fill.startOver}>
          {t("app.start_over")}
        </button>
      )}
      {last && (
        <button type="button" className="button" onClick={() => void fill.fromJob(last, (t) => t("app.filled_last"))}>
          {t("app.last_time")}
        </button>
      )}
      {user && (
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {t("app.templates")}
        </button>
      )}
      {open && (
        <Suspense>
          <Templates
            app={app}
            wish={wish}
            onClose={() => setOpen(false)}
            onUse={(template) => {
              setOpen(false);
              fill.fill(template.request, (t) => t("app.filled_template", { name: template.name }));
            }}
          />
        </Suspense>
      )}
    </>
  );
}

export function FilledNote({ fill }: { fill: Fill }) {
  const { t } = useTranslation();
  const { filled, close } = fill;
  if (!filled) return null;
  return (
    <p className="filled" role="status">
      <span>{filled.text(t)}</span>
      {filled.undo && (
        <button type="button" className="link" onClick={filled.undo}>
          {t("app.undo")}
        </button>
      )}
      <button type="button" className="icon" aria-label={t("app.close")} onClick={close}>
        <CloseOutlined />
      </button>
    </p>
  );
}
