/** An empty list: what would be here, and how it comes. */

import { InboxOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { Notice } from "./Notice";

export function Empty({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <Notice icon={<InboxOutlined />} title={title} action={action} small>
      {text && <p>{text}</p>}
    </Notice>
  );
}
