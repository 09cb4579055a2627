import type { Shapes } from "../api/client";
import { bytes, moment } from "../i18n/format";
import { office } from "../i18n/office";
import { askMe } from "../sync/session";
import { Button } from "../ui/Button";
import { Row, Rows } from "../ui/Row";
import { State } from "../ui/Screen";
import { saveFile } from "../ui/saveFile";
import { type Keeping, useCopy } from "../ui/useCopy";

interface Props {
  document: Shapes["Document"];
  source: Keeping;
}

/** The files that a paper has had, the newest first, each with why it was put right. */
export function Versions({ document, source }: Props) {
  const path = `/v1/documents/${document.id}`;
  const list = useCopy<Shapes["DocumentVersionList"]>(`${path}/versions`, source);
  const newestFirst = [...(list.data?.items ?? [])].sort((a, b) => b.version_no - a.version_no);
  const words = office.keep;

  async function take(version: number) {
    const file = await askMe<Blob>("GET", `${path}/content?version=${version}`, { as: "file", timeoutMs: 300_000 });
    saveFile(file.body, words.versionFile(document.title, version));
  }
  return (
    <details>
      <summary>{words.versions(document.version_no ?? 1)}</summary>
      <State of={list} />
      <Rows>
        {newestFirst.map((each) => (
          <Row key={each.version_no} title={<span class="strong">{words.version(each.version_no)}</span>}>
            <span>{moment(each.at)}</span>
            {each.author && <span>{each.author.full_name}</span>}
            {each.reason && <span class="paper">{words.reason(each.reason)}</span>}
            <span class="line">
              <Button kind="quiet" onPress={() => take(each.version_no)}>
                {words.take(each.version_no, bytes(each.bytes))}
              </Button>
            </span>
          </Row>
        ))}
      </Rows>
    </details>
  );
}

/** What was done with it, by whom and why. */
export function History({ document, source }: Props) {
  const list = useCopy<Shapes["DocumentHistoryList"]>(`/v1/documents/${document.id}/history?limit=50`, source);
  const words = office.keep;
  return (
    <details>
      <summary>{words.history}</summary>
      <State of={list} />
      <Rows>
        {list.data?.items.map((each) => (
          <Row key={each.at + each.action} title={<span class="strong">{words.actions[each.action]}</span>}>
            <span>{moment(each.at)}</span>
            {each.actor && <span>{each.actor.full_name}</span>}
            {each.reason && <span class="paper">{words.reason(each.reason)}</span>}
          </Row>
        ))}
      </Rows>
    </details>
  );
}
