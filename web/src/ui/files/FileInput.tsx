/** The files of a parameter: dropped, chosen from the device or from one's space, with their progress. */

import { CloudUploadOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import i18next from "i18next";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Limits, refusal, words } from "./limits";
import { FileRow, SendingRow } from "./rows";
import { begin, cancel, same, useSending } from "./uploads";
import "./files.css";

const Space = lazy(() => import("./Space"));

type FileInput = {
  id: string;
  parameter: string;
  /** Whose form of which app; none where nobody has signed in. */
  place: string | undefined;
  /** Where one comes back to after signing in. */
  here: string;
  files: string[];
  limits: Limits;
  wrong: boolean;
  onChange: (files: string[]) => void;
  onArrived: (file: string) => void;
  "aria-describedby"?: string;
};

export function FileInput(props: FileInput) {
  const { id, parameter, place, here, files, limits, wrong, onChange, onArrived } = props;
  const { t } = useTranslation();
  const [refused, setRefused] = useState<() => string | undefined>();
  const [over, setOver] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const sending = useSending(place).filter((one) => one.parameter === parameter);
  const room = limits.most - files.length - sending.filter((one) => one.state !== "interrupted").length;

  const take = (picked: File[]) => {
    if (place === undefined) return;
    const fresh = picked.filter((file) => !sending.some((one) => one.state !== "interrupted" && same(one, file)));
    const bad = fresh.find((file) => refusal(file, limits));
    const many = limits.most > 1 && fresh.length > room;
    if (bad) setRefused(() => () => refusal(bad, limits));
    else setRefused(many ? () => () => i18next.t("upload.too_many", { max: limits.most }) : undefined);
    if (many) return;
    const good = fresh.filter((file) => !refusal(file, limits));
    if (limits.most === 1 && good.length)
      for (const one of sending) if (!good.some((file) => same(one, file))) cancel(place, one.key);
    for (const file of limits.most === 1 ? good.slice(-1) : good) begin(place, parameter, file, onArrived);
  };

  const full = limits.most === 1 && (files.length > 0 || sending.length > 0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a way beside the buttons, for the mouse alone
    <div
      className="files"
      data-over={over}
      data-wrong={wrong}
      onDragOver={(event) => {
        if (place === undefined) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take([...event.dataTransfer.files]);
      }}
    >
      {files.map((file) => (
        <FileRow key={file} id={file} onRemove={() => onChange(files.filter((one) => one !== file))} />
      ))}
      {sending.map((one) => (
        <SendingRow key={one.key} place={place as string} one={one} onAgain={() => picker.current?.click()} />
      ))}
      {!full && (
        <div className="files-drop">
          <CloudUploadOutlined aria-hidden />
          {place === undefined ? (
            <Link to="/sign-in" search={{ next: here }} className="files-words">
              {t("upload.sign_in")}
            </Link>
          ) : (
            <span className="files-words">
              {t(limits.most > 1 ? "upload.drop_many" : "upload.drop")}{" "}
              <button
                type="button"
                id={id}
                className="link"
                aria-describedby={props["aria-describedby"]}
                onClick={() => picker.current?.click()}
              >
                {t("upload.pick")}
              </button>{" "}
              {t("upload.or")}{" "}
              <button type="button" className="link" onClick={() => setChoosing(true)}>
                {t("upload.pick_space")}
              </button>
            </span>
          )}
          <span className="dim">{words(limits)}</span>
        </div>
      )}
      <input
        ref={picker}
        type="file"
        hidden
        tabIndex={-1}
        multiple={limits.most > 1}
        accept={limits.endings.join(",") || undefined}
        onChange={(event) => {
          take([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      {refused && (
        <p className="field-error" role="alert">
          {refused()}
        </p>
      )}
      {choosing && (
        <Suspense>
          <Space
            limits={{ ...limits, most: Math.max(1, room) }}
            taken={files}
            onClose={() => setChoosing(false)}
            onTake={(chosen) => {
              setChoosing(false);
              setRefused(undefined);
              onChange(limits.most === 1 ? chosen.slice(-1) : [...files, ...chosen]);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
