import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Document } from "../api/client";
import { vi } from "../i18n/vi";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { Rows } from "../ui/Row";
import { Screen } from "../ui/Screen";
import { useList } from "../ui/useList";
import { DocumentRow } from "./DocumentRow";

export default function Search() {
  const { query, route } = useLocation();
  const asked = query.q ?? "";
  const [typed, setTyped] = useState(asked);
  const list = useList<Document>(asked ? `/v1/documents?q=${encodeURIComponent(asked)}` : "/v1/documents");

  async function find() {
    const words = typed.trim();
    route(words ? `/app/van-ban?q=${encodeURIComponent(words)}` : "/app/van-ban");
  }
  return (
    <Screen title={vi.papers.title} of={list}>
      <Form submit={vi.papers.find} onSubmit={find}>
        <Field label={vi.papers.search} value={typed} onValue={setTyped} type="search" inputMode="search" />
      </Form>
      {list.items.length === 0 && list.phase !== "loading" && <p>{asked ? vi.papers.noneFound : vi.papers.none}</p>}
      <Rows>
        {list.items.map((document) => (
          <DocumentRow key={document.id} document={document} />
        ))}
      </Rows>
      {list.hasMore && <Button onPress={list.more}>{vi.more}</Button>}
    </Screen>
  );
}
