import { h } from "preact";
import { beforeEach, expect, test, vi as vitest } from "vitest";
import type { Document } from "../src/api/client";
import { paper as words } from "../src/i18n/paper";
import { Targets } from "../src/member/Targets";
import { all } from "../src/sync/db";
import { keepDraft, readDraft } from "../src/sync/drafts";
import { begin } from "../src/sync/session";
import { MEMBER, serve, session } from "./browser";
import { show } from "./page";

vitest.mock("../src/sync/drafts", { spy: true });

const TARGET = { id: "t1", text: "Kết nạp 12 đảng viên" };
const paperOf = (classification: string) => ({ id: "p1", classification, targets: [TARGET] }) as unknown as Document;
const counts = { too_high: 1, about_right: 0, too_low: 0, unclear: 0 };
const items = [{ target_id: TARGET.id, mine: "too_high", counts }];
const shown = (classification: string) =>
  show(h(Targets, { paper: paperOf(classification), canReact: true, keeps: false }));

beforeEach(async () => {
  await begin(session(1));
});

test("what was sent comes back as no draft", async () => {
  const asked = serve(({ method }) => ({ status: 200, body: method === "GET" ? { items } : {} }));
  const page = shown("internal");
  await vitest.waitFor(() => expect(page.text()).toContain(words.reactAgain));
  page.press(words.reactAgain);
  await vitest.waitFor(() => expect(page.text()).toContain(words.send));
  page.write("Năm ngoái đạt một nửa");
  await vitest.waitFor(() => all("drafts").then((drafts) => expect(drafts).toHaveLength(1)));
  vitest.mocked(keepDraft).mockClear();
  page.press(words.send);
  await vitest.waitFor(() => expect(page.text()).toContain(words.reactAgain));
  const sent = asked.find(({ method }) => method === "PUT");
  expect(sent?.body).toEqual({ value: "too_high", comment: "Năm ngoái đạt một nửa" });
  page.end();
  // What goes off the screen as unfinished is kept once more, before or after it is dropped.
  expect(keepDraft).not.toHaveBeenCalled();
  expect(await all("drafts")).toEqual([]);
});

test("what an earlier version kept of a restricted paper is dropped", async () => {
  serve(() => ({ status: 200, body: { items } }));
  await keepDraft(MEMBER.id, "react:t1", { value: "too_low", comment: "Mật" });
  const page = shown("restricted");
  await vitest.waitFor(() => expect(page.text()).toContain(words.reactAgain));
  page.press(words.reactAgain);
  await vitest.waitFor(async () => expect(await readDraft(MEMBER.id, "react:t1")).toBeUndefined());
  page.end();
});
