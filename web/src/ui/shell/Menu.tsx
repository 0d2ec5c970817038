/** A small menu that opens below its button: light, because it is on every page. */

import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";

export type Item = { icon?: ReactNode; text: string; act: () => void };

export function Menu({
  label,
  button,
  items,
  title,
}: {
  label: string;
  button: ReactNode;
  items: Item[];
  title?: string;
}) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const outside = (event: MouseEvent) => !root.current?.contains(event.target as Node) && setOpen(false);
    document.addEventListener("mousedown", outside);
    return () => document.removeEventListener("mousedown", outside);
  }, [open]);
  const keys = (event: KeyboardEvent) => {
    const all = [...(root.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      setOpen(false);
      root.current?.querySelector("button")?.focus();
    } else if (step) {
      event.preventDefault();
      all[(at + step + all.length) % all.length]?.focus();
    } else if (event.key === "Tab") setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys are handled for the menu as a whole
    <div className="menu" ref={root} onKeyDown={open ? keys : undefined}>
      <button
        type="button"
        className="icon"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div className="menu-list">
          {title && <div className="menu-title">{title}</div>}
          <div role="menu" aria-label={label}>
            {items.map((item) => (
              <button
                type="button"
                role="menuitem"
                key={item.text}
                onClick={() => {
                  setOpen(false);
                  item.act();
                }}
              >
                {item.icon} {item.text}
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
