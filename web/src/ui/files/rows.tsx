/** One file of a parameter: at the hub already, or on its way. */

import { CloseOutlined, FileOutlined, ReloadOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { asFailure } from "../../api/failure";
import { bytes, percent } from "../../i18n/format";
import { explain } from "../explain";
import { again, cancel, type Sending } from "./uploads";

/** A file never changes its id, so what is known of it is good for a while. */
const WHILE = 300_000;

export function FileRow({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { t } = useTranslation();
  const query = hub.useQuery("get", "/api/v1/files/{file}", { params: { path: { file: id } } }, { staleTime: WHILE });
  const gone = query.error && asFailure(query.error).status === 404;
  const path = query.data?.path ?? "";
  const name = path.slice(path.lastIndexOf("/") + 1) || (gone ? id : "…");
  return (
    <div className="files-row" data-wrong={Boolean(gone)}>
      <FileOutlined aria-hidden />
      <span className="files-name" title={path}>
        {name}
      </span>
      <span className="dim">{gone ? t("upload.gone") : query.data && bytes(query.data.size)}</span>
      <button type="button" className="icon" aria-label={t("upload.remove", { name })} onClick={onRemove}>
        <CloseOutlined />
      </button>
    </div>
  );
}

type Row = { place: string; one: Sending; onAgain: () => void };

export function SendingRow({ place, one, onAgain }: Row) {
  const { t } = useTranslation();
  const { name, key } = one;
  return (
    <div className="files-row" data-state={one.state} data-wrong={one.state === "failed"}>
      <FileOutlined aria-hidden />
      <span className="files-name">{name}</span>
      <span className="dim" role={one.state === "failed" ? "alert" : undefined}>
        {useWords(one)}
      </span>
      {one.state === "failed" && (
        <button
          type="button"
          className="icon"
          aria-label={t("upload.retry", { name })}
          onClick={() => again(place, key)}
        >
          <ReloadOutlined /> {t("upload.again")}
        </button>
      )}
      {one.state === "interrupted" && (
        <button type="button" className="button" onClick={onAgain}>
          {t("upload.choose_again")}
        </button>
      )}
      <button
        type="button"
        className="icon"
        aria-label={t("upload.cancel", { name })}
        onClick={() => cancel(place, key)}
      >
        <CloseOutlined />
      </button>
      {one.state !== "failed" && (
        <progress
          aria-label={t("upload.progress", { name })}
          max={Math.max(1, one.size)}
          value={one.state === "reading" ? undefined : one.sent}
        />
      )}
    </div>
  );
}

function useWords(one: Sending): string {
  const { t } = useTranslation();
  const share = percent(one.size ? one.sent / one.size : 0);
  if (one.state === "reading") return t("upload.reading");
  if (one.state === "failed") return t("upload.failed", { why: one.why ? explain(one.why) : t("error.other.text") });
  if (one.state === "sending") return t("upload.sending", { done: bytes(one.sent), size: bytes(one.size), share });
  return t(`upload.${one.state}`, { share });
}
