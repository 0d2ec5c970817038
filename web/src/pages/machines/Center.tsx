/** One center with its machines. */

import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { Section } from "../../ui/Page";
import { Tag } from "../../ui/State";
import { Table } from "../../ui/table/Table";
import { useColumns } from "./columns";
import type { Machine } from "./load";

export function Center({ center, machines }: { center: Schema<"Center">; machines: Machine[] }) {
  const { t } = useTranslation();
  const columns = useColumns();
  const facts = [center.organisation, center.contact && t("machines.contact", { contact: center.contact })];
  return (
    <Section
      title={center.title}
      tools={
        <Tag tone={center.connected ? "ok" : "bad"}>
          {t(center.connected ? "machines.connected" : "machines.not_connected")}
        </Tag>
      }
    >
      {(center.description || facts.some(Boolean)) && (
        <div className="center-words">
          {center.description && <p>{center.description}</p>}
          <p className="dim">{facts.filter(Boolean).join(" · ")}</p>
        </div>
      )}
      <Table
        label={t("machines.of", { center: center.title })}
        columns={columns}
        rows={machines}
        id={(machine) => machine.id}
        empty={<p className="machines-none">{t("machines.center_none")}</p>}
      />
    </Section>
  );
}
