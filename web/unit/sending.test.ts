import { beforeEach, expect, test } from "vitest";
import { NONE_SERVED, type Served } from "../src/secretary/minutes";
import { Sender, type Written } from "../src/secretary/sending";
import { begin } from "../src/sync/session";
import { type Asked, problem, serve, session } from "./browser";

const PATH = "/v1/meetings/m/minutes";
const said = (text: string) => ({ text, conclusions: {} });
const nothing = async () => undefined;

/** A server that keeps minutes, and may take them without a word. */
function server(fate: (asked: Asked, n: number) => "answer" | "silence" = () => "answer") {
  const kept = { version: 0, text: "", conclusions: [], guests: [], document_id: null, published_at: null };
  let n = 0;
  const asked = serve((each) => {
    if (each.method === "GET") return kept.version ? { status: 200, body: { ...kept } } : problem(404, "not_found");
    kept.text = String(each.body.text);
    kept.version++;
    return fate(each, ++n) === "silence" ? "lost" : { status: 200, body: { ...kept } };
  });
  return { kept, asked };
}

let has: { current: Served | null };
let written: { current: Written };
let sender: Sender;

beforeEach(async () => {
  await begin(session(1));
  has = { current: NONE_SERVED };
  written = { current: { shown: said(""), draft: null, topics: [] } };
  sender = new Sender(PATH, has, written);
});

test("what is sent while another is under way follows it, and names its version", async () => {
  const { kept } = server();
  const versions = await Promise.all([
    sender.put(said("một"), false, nothing),
    sender.put(said("hai"), false, nothing),
  ]);
  expect(versions.map(({ version }) => version)).toEqual([1, 2]);
  expect(kept.text).toBe("hai");
  expect(has.current?.version).toBe(2);
});

test("what arrived without an answer is known again as one's own, and what others wrote is not", async () => {
  const { kept } = server((_, n) => (n === 1 ? "silence" : "answer"));
  await expect(sender.put(said("một"), false, nothing)).rejects.toThrow();
  expect(sender.isLost).toBe(true);
  const followed: number[] = [];
  const hear = (next: Served) => (has.current = next);
  await sender.look(hear, (version) => followed.push(version));
  expect([followed, sender.isLost, has.current?.version]).toEqual([[1], false, 1]);

  Object.assign(kept, { text: "của người khác", version: 5 });
  await sender.look(hear, (version) => followed.push(version));
  expect([followed, has.current?.version]).toEqual([[1], 5]);
});

test("nothing goes over what somebody else wrote", async () => {
  const { asked } = server();
  has.current = { ...NONE_SERVED, version: 5, content: said("của người khác") };
  written.current.draft = { ...said("của tôi"), base: 4 };
  await expect(sender.put(said("của tôi"), true, nothing)).rejects.toThrow("Xin chọn giữ bản nào trước khi gửi.");
  expect(asked.filter(({ method }) => method === "PUT")).toEqual([]);
});
