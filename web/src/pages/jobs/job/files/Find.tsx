/** Finds a text in a file: the lines that hold it, each a way to its place; a large file is searched part by part. */

import { SearchOutlined } from "@ant-design/icons";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "../../../../i18n/format";
import { ErrorView } from "../../../../ui/ErrorView";
import { plain } from "../log/plain";
import { type Place, useHits } from "./lines";
import { Marked } from "./Sheet";

type Find = { place: Place; onNeedle: (text: string) => void; onLine: (line: number) => void };

export function Find({ place, onNeedle, onLine }: Find) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [sought, setSought] = useState("");
  const look = (next: string) => {
    setSought(next);
    onNeedle(next);
  };
  function submit(event: FormEvent) {
    event.preventDefault();
    look(text);
  }
  return (
    <>
      <form className="find" onSubmit={submit}>
        <input
          className="file-field"
          type="search"
          value={text}
          aria-label={t("job.find")}
          placeholder={t("job.find")}
          onChange={(event) => {
            setText(event.target.value);
            if (!event.target.value) look("");
          }}
        />
        <button type="submit" className="icon" aria-label={t("job.find_now")}>
          <SearchOutlined aria-hidden />
        </button>
      </form>
      {sought && <Found place={place} sought={sought} onLine={onLine} />}
    </>
  );
}

function Found({ place, sought, onLine }: { place: Place; sought: string; onLine: (line: number) => void }) {
  const { t } = useTranslation();
  const found = useHits(place, sought);
  const hits = found.data?.pages.flatMap((page) => page.hits) ?? [];
  const searched = found.data?.pages.at(-1)?.searched_to ?? 0;
  const { hasNextPage, isFetching, error, fetchNextPage } = found;
  const none = hits.length === 0;
  // As long as nothing is found there is nothing to look at: it goes on by itself until one leaves.
  useEffect(() => {
    if (none && hasNextPage && !isFetching && !error) void fetchNextPage();
  }, [none, hasNextPage, isFetching, error, fetchNextPage]);
  if (found.error) return <ErrorView error={found.error} retry={() => void found.refetch()} small />;
  return (
    <section className="found" aria-label={t("job.found")}>
      <div className="found-head" role="status">
        {found.isFetching
          ? `${t("job.searching")} ${searched ? number(searched) : ""}`
          : found.hasNextPage
            ? t("job.found_so_far", { count: hits.length, line: number(searched) })
            : t("job.found_count", { count: hits.length })}
      </div>
      {hits.length > 0 && (
        <ol>
          {hits.map((hit) => (
            <li key={hit.line}>
              <button type="button" onClick={() => onLine(hit.line)}>
                <span className="found-line">{number(hit.line)}</span>
                <code>
                  <Marked text={plain(hit.text)} needle={sought} />
                </code>
              </button>
            </li>
          ))}
        </ol>
      )}
      {found.hasNextPage && (
        <button type="button" className="button" disabled={found.isFetching} onClick={() => void found.fetchNextPage()}>
          {t("job.search_on")}
        </button>
      )}
    </section>
  );
}
