/** Every node as a small square, filled as far as it is used. */

import { useTranslation } from "react-i18next";
import { number } from "../../i18n/format";
import { Panel, Section } from "../../ui/Page";
import { count, kindOf, kinds, type Node } from "./nodes";

/** Above this many the squares are small. */
const MANY = 400;

export function NodeMap({ nodes }: { nodes: Node[] }) {
  const { t } = useTranslation();
  const counts = count(nodes);
  return (
    <Section title={t("machines.node_map")}>
      <Panel>
        <ul className="node-map" data-many={nodes.length > MANY} aria-label={t("machines.node_map")}>
          {nodes.map((node) => {
            const words = t("machines.node", {
              name: node.name,
              state: node.state,
              used: number(node.allocated),
              cores: number(node.cores),
            });
            return (
              <li key={node.name} data-kind={kindOf(node)} title={words}>
                <span className="unseen">{words}</span>
                {node.cores > 0 && <i style={{ height: `${(100 * node.allocated) / node.cores}%` }} />}
              </li>
            );
          })}
        </ul>
        <div className="legend">
          {kinds.map((kind) => (
            <span key={kind}>{t(`machines.nodes_are.${kind}`, { nodes: number(counts[kind]) })}</span>
          ))}
        </div>
      </Panel>
    </Section>
  );
}
