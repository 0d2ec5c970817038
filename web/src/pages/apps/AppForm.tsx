/** The page of an app around its form: what is typed is kept, compared with all machines as one types, and submitted. */

import { useRouterState } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../api/session";
import { text } from "../../i18n/format";
import { useSending } from "../../ui/files/uploads";
import { Parameters } from "../../ui/form/Parameters";
import { defaults, type FormSchema, isFile, type Values } from "../../ui/form/schema";
import { Page, Panel, Section } from "../../ui/Page";
import { type AppDetail, titleOf } from "./App";
import { advised } from "./advice";
import { useCheck } from "./check";
import { useDraft, type Wanted } from "./draft";
import { FilledNote, FillMenu } from "./FillMenu";
import { useFill } from "./fill";
import { useKnown } from "./known";
import { Recommended, RecommendedSoon, Remarks } from "./Recommended";
import { Resources } from "./Resources";
import { request } from "./request";
import { Side } from "./Side";
import { SubmitBar } from "./SubmitBar";
import { Submitted } from "./Submitted";
import { useSubmission } from "./submission";
import { Ready } from "./Tile";
import { countOf, namesOf } from "./wrong";
import "./app.css";

type AppForm = { app: AppDetail; schema: FormSchema; about: ReactNode };

export function AppForm({ app, schema, about }: AppForm) {
  const { t } = useTranslation();
  const user = useUser();
  const here = useRouterState({ select: (state) => state.location.href });
  const known = useKnown();
  const usual = useMemo(() => defaults(schema), [schema]);
  const form = useDraft(app.app, usual);
  const { draft, place, change } = form;
  const sending = useSending(place);
  const wish = useMemo(() => request(app.app, schema, draft), [app.app, schema, draft]);
  const check = useCheck(wish, Boolean(user));
  const state = useSubmission({ schema, form, sending, wish, check });
  const fill = useFill(app.app, schema, form, state.reset);

  const setParams = (next: Values) => {
    for (const [name, property] of Object.entries(schema.properties))
      if (next[name] !== draft.params[name]) state.changed(name, isFile(property));
    change((before) => ({ ...before, params: next }));
  };
  const setWanted = (part: Partial<Wanted>) => {
    for (const name of Object.keys(part)) state.changed(name, false);
    change((before) => ({ ...before, wanted: { ...before.wanted, ...part } }));
  };
  const arrived = (parameter: string, file: string) => {
    const many = schema.properties[parameter]?.["x-ui"].widget === "files";
    const held = (params: Values) => (Array.isArray(params[parameter]) ? (params[parameter] as string[]) : []);
    change((before) => {
      const next = many ? [...new Set([...held(before.params), file])] : file;
      return { ...before, params: { ...before.params, [parameter]: next } };
    });
  };
  const general = (check.latest?.recommended ?? check.judged?.recommended) || undefined;
  const advice = advised({ candidates: check.judged?.candidates ?? [], recommended: general }, draft.machine);
  return (
    <Page
      title={titleOf(app)}
      state={<Ready app={app} />}
      sub={text(app.description)}
      up={{ to: "/apps", text: t("nav.apps") }}
      actions={<FillMenu app={app.app} wish={wish} fill={fill} touched={form.touched} />}
    >
      <form
        className="run-page"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void state.submit();
        }}
      >
        <div className="run-left">
          <div className="run-form">
            <FilledNote fill={fill} />
            <Section title={t("app.parameters")}>
              <Panel>
                <Parameters
                  schema={schema}
                  values={draft.params}
                  wrong={state.wrong.params}
                  context={{ place, here, arrived }}
                  onChange={setParams}
                  onLeave={state.left}
                />
              </Panel>
            </Section>
            <Section title={t("app.resources")}>
              <Panel>
                {advice.recommended ? (
                  <Recommended
                    advice={advice.recommended}
                    app={titleOf(app)}
                    wanted={draft.wanted}
                    onAccept={setWanted}
                  />
                ) : (
                  user !== null && !check.latest && !check.error && <RecommendedSoon />
                )}
                <Remarks warnings={advice.warnings} output={advice.output} />
                <Resources
                  app={app}
                  wanted={draft.wanted}
                  machine={draft.machine}
                  known={known}
                  wrong={state.wrong.wanted}
                  advice={general}
                  onChange={setWanted}
                  onLeave={state.left}
                />
              </Panel>
            </Section>
          </div>
          <SubmitBar
            candidates={check.outdated ? undefined : check.judged?.candidates}
            machine={draft.machine}
            account={draft.wanted.account}
            refused={state.refused}
            fates={state.fates}
            wrong={countOf(state.wrong)}
            busy={state.busy}
          />
        </div>
        <Side
          app={app}
          check={check}
          known={known}
          missing={namesOf(state.missing, schema)}
          draft={draft}
          about={about}
          onPin={(machine) => {
            state.changed("machine", false);
            change((before) => ({ ...before, machine }));
          }}
        />
      </form>
      {state.job && <Submitted job={state.job} onStay={state.stay} />}
    </Page>
  );
}
