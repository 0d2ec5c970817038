/** Chooses files that lie at the hub already: all of one's files, the latest first, to be searched by name and folder. */

import { FileOutlined, SearchOutlined } from "@ant-design/icons";
import { Input, Modal } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { type Read, usePages } from "../../api/pages";
import { bytes } from "../../i18n/format";
import { Empty } from "../Empty";
import { ErrorView } from "../ErrorView";
import { Loading } from "../Loading";
import { When } from "../When";
import { type Limits, refusal } from "./limits";
import "./files.css";

type Space = { limits: Limits; taken: string[]; onTake: (files: string[]) => void; onClose: () => void };
type File = Schema<"File">;

const PAGE = 500;

export default function Space({ limits, taken, onTake, onClose }: Space) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [picked, setPicked] = useState<string[]>([]);
  const list = useFiles();
  const pick = (id: string, on: boolean) => {
    if (limits.most === 1) return setPicked(on ? [id] : []);
    setPicked(on ? [...picked, id].slice(-limits.most) : picked.filter((one) => one !== id));
  };
  const words = search.toLowerCase().split(/\s+/);
  const found = list.files?.filter(({ path }) => words.every((word) => path.toLowerCase().includes(word)));
  return (
    <Modal
      open
      title={t("upload.space.title")}
      onCancel={onClose}
      onOk={() => onTake(picked)}
      okButtonProps={{ disabled: picked.length === 0 }}
      okText={t("upload.space.take", { count: picked.length || 1 })}
      cancelText={t("upload.space.cancel")}
    >
      <Input
        allowClear
        prefix={<SearchOutlined aria-hidden />}
        placeholder={t("upload.space.search")}
        aria-label={t("upload.space.search")}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className="space-list">
        {list.error ? (
          <ErrorView error={list.error} retry={list.retry} small />
        ) : !found ? (
          <Loading />
        ) : list.files?.length === 0 ? (
          <Empty title={t("upload.space.empty")} text={t("upload.space.empty_text")} />
        ) : (
          <ul>
            {found.map((file) => (
              <Entry
                key={file.id}
                file={file}
                limits={limits}
                used={taken.includes(file.id)}
                picked={picked.includes(file.id)}
                onPick={(on) => pick(file.id, on)}
              />
            ))}
          </ul>
        )}
        {found?.length === 0 && search.trim() !== "" && <p className="space-entry dim">{t("upload.space.none_fit")}</p>}
        {list.more.has && (
          <button type="button" className="space-entry link" onClick={list.more.load}>
            {t("ui.more")}
          </button>
        )}
      </div>
    </Modal>
  );
}

const read: Read<Schema<"FolderEntry">> = async (after, signal) => {
  const { data } = await api.GET("/api/v1/files", { params: { query: { deep: true, limit: PAGE, after } }, signal });
  return data as Schema<"Page_FolderEntry">;
};

/** All files of one's space by page, what has been read so far with the latest first. */
function useFiles() {
  const list = usePages(["get", "/api/v1/files", "deep"], read);
  const files = useMemo(
    () => list.rows?.filter((entry) => entry.kind === "file").sort((a, b) => b.modified.localeCompare(a.modified)),
    [list.rows],
  );
  return { ...list, files };
}

type Entry = { file: File; limits: Limits; used: boolean; picked: boolean; onPick: (on: boolean) => void };

function Entry({ file, limits, used, picked, onPick }: Entry) {
  const { t } = useTranslation();
  const cut = file.path.lastIndexOf("/");
  const name = file.path.slice(cut + 1);
  const why = refusal({ name, size: file.size }, limits);
  return (
    <li>
      <label className="space-entry" title={why} data-off={Boolean(why)}>
        <input
          type={limits.most === 1 ? "radio" : "checkbox"}
          name="space"
          disabled={Boolean(why) || used}
          checked={used || picked}
          onChange={(event) => onPick(event.target.checked)}
        />
        <FileOutlined aria-hidden />
        <span className="space-words">
          {name}
          <span className="dim">
            {[file.path.slice(0, Math.max(0, cut)), why ? t("upload.space.unfit") : bytes(file.size)]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </span>
        <span className="dim">
          <When at={file.modified} />
        </span>
      </label>
    </li>
  );
}
