/** The head of every page: where one is, in what state it is, what can be done next. The title is the window's too. */

import { Link, type LinkProps } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import "./page.css";

type Page = {
  title: string;
  /** What stands in the heading, where it is more than the title. */
  heading?: ReactNode;
  /** Shown beside the title: a state, a tag. */
  state?: ReactNode;
  sub?: ReactNode;
  /** What can be done, the main one last. */
  actions?: ReactNode;
  /** Where it belongs. */
  up?: { to: NonNullable<LinkProps["to"]>; text: string };
  children: ReactNode;
};

export function Page({ title, heading, state, sub, actions, up, children }: Page) {
  useEffect(() => {
    document.title = `${title} · Tieline`;
  }, [title]);
  return (
    <>
      <div className="page-head">
        <div className="page-words">
          {up && (
            <Link to={up.to} className="page-up">
              {up.text}
            </Link>
          )}
          <div className="page-title">
            <h1>{heading ?? title}</h1>
            {state}
          </div>
          {sub && <div className="page-sub">{sub}</div>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}

/** A part of a page with a name of its own. */
export function Section({ title, tools, children }: { title: ReactNode; tools?: ReactNode; children: ReactNode }) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {tools}
      </div>
      {children}
    </section>
  );
}

/** A framed area. */
export function Panel({ children, flush }: { children: ReactNode; flush?: boolean }) {
  return (
    <div className="panel" data-flush={flush}>
      {children}
    </div>
  );
}

/** A name, its value, and whether that is so long that it takes a line of its own. */
type Fact = [name: ReactNode, value: ReactNode, wide?: boolean];

/** Names and values, as details show them. */
export function Facts({ items }: { items: (Fact | false | null | undefined)[] }) {
  return (
    <dl className="facts">
      {items
        .filter((item) => !!item)
        .map(([name, value, wide], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the items of one page do not move
          <div key={index} data-wide={wide}>
            <dt>{name}</dt>
            <dd>{value ?? "–"}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A few large figures beside each other. */
export function Figures({ items }: { items: { label: ReactNode; value: ReactNode; note?: ReactNode }[] }) {
  return (
    <div className="figures">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the items of one page do not move
        <div key={index}>
          <small>{item.label}</small>
          <b>{item.value}</b>
          <small>{item.note || "\u00a0"}</small>
        </div>
      ))}
    </div>
  );
}
