import { expect, test } from "@playwright/test";
import { signIn } from "./app";
import { BASE, Caller, plan } from "./city";

test("a member signs in, finds the next meeting, reads its papers and comments", { tag: "@both" }, async ({ page }) => {
  const { meeting, member, secretary } = await plan();
  await signIn(page, member.card);
  await expect(page.getByText("Nhà văn hóa phường, tầng 2")).toBeVisible();
  await page.getByRole("link", { name: "Đọc tài liệu họp" }).click();
  await expect(page.getByRole("heading", { name: "2. Quy định mới về sinh hoạt chi bộ" })).toBeVisible();

  await page.getByRole("link", { name: "Quy định về sinh hoạt chi bộ" }).click();
  await expect(page.getByRole("heading", { name: "Điều 2. Thời gian" })).toBeVisible();
  await page.goBack();

  await page.getByRole("link", { name: "Góp ý" }).click();
  await page.getByLabel("Ý kiến của tôi").fill("Đề nghị gửi tài liệu sớm hơn một ngày.");
  await page.getByLabel("Chỉ gửi bí thư").check();
  await page.getByRole("button", { name: "Gửi", exact: true }).click();
  await expect(page.getByText(/Đã gửi lúc \d\d:\d\d/)).toBeVisible();

  const { items } = await secretary.call("GET", `/v1/meetings/${meeting.id}/comments`);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    text: "Đề nghị gửi tài liệu sớm hơn một ngày.",
    visibility: "secretary",
    channel: "app",
  });
});

test("what he read is known to be read", async ({ page }) => {
  const { meeting, member, secretary } = await plan();
  await signIn(page, member.card);
  await page.getByRole("link", { name: "Đọc tài liệu họp" }).click();
  await expect(page.getByRole("heading", { name: "Nội dung" })).toBeVisible();
  await expect.poll(async () => (await secretary.call("GET", `/v1/meetings/${meeting.id}/readers`)).read).toBe(1);
});

test("he says that he cannot come, and takes it back", async ({ page }) => {
  const { meeting, member } = await plan();
  await signIn(page, member.card);
  await page.goto(`${BASE}/app/hop/${meeting.id}`);
  await page.getByRole("button", { name: "Tôi xin vắng" }).click();
  await page.getByLabel("Lý do vắng").fill("Đi khám bệnh");
  await page.getByRole("button", { name: "Gửi bí thư" }).click();
  await expect(page.getByText("Đồng chí đã xin vắng: Đi khám bệnh")).toBeVisible();
  await page.getByRole("button", { name: "Tôi dự được, thôi xin vắng" }).click();
  await expect(page.getByRole("button", { name: "Tôi xin vắng" })).toBeVisible();
});

test("a draft is there again after the app was closed", { tag: "@both" }, async ({ page, context }) => {
  const { meeting, member } = await plan();
  await signIn(page, member.card);
  await page.goto(`/app/hop/${meeting.id}/y-kien`);
  await page.getByLabel("Ý kiến của tôi").fill("Chưa viết xong");
  await expect(page.getByText("Đã giữ bản nháp")).toBeVisible();
  await page.close();
  const again = await context.newPage();
  await again.goto(`/app/hop/${meeting.id}/y-kien`);
  await expect(again.getByLabel("Ý kiến của tôi")).toHaveValue("Chưa viết xong");
});

test("a wrong password is told in words, and signing out leaves nothing", { tag: "@both" }, async ({ page }) => {
  const { member } = await plan();
  await page.goto("/app/");
  await page.getByLabel("Số thẻ đảng viên").fill(member.card);
  for (const label of ["Số thẻ đảng viên", "Mật khẩu"]) {
    // A phone that begins a password with a capital, or corrects it, makes it wrong.
    await expect(page.getByLabel(label)).toHaveAttribute("autocapitalize", "none");
    await expect(page.getByLabel(label)).toHaveAttribute("autocorrect", "off");
    await expect(page.getByLabel(label)).toHaveAttribute("spellcheck", "false");
  }
  await page.getByLabel("Mật khẩu").fill("sai mật khẩu");
  await page.getByRole("button", { name: "Đăng nhập", exact: true }).click();
  await expect(page.getByText("Số thẻ hoặc mật khẩu không đúng")).toBeVisible();
  await signIn(page, member.card);

  await page.getByRole("link", { name: "Của tôi" }).click();
  await page.getByRole("button", { name: "Đăng xuất" }).click();
  await page.getByRole("button", { name: "Đăng xuất" }).click();
  await expect(page.getByRole("heading", { name: "Đăng nhập", level: 1 })).toBeVisible();
  const rows = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open("sotay");
      request.onsuccess = () => resolve(request.result);
    });
    const counts = ["session", "outbox", "packs", "copies", "drafts", "activity"].map(
      (name) =>
        new Promise<number>((resolve) => {
          const request = database.transaction(name).objectStore(name).count();
          request.onsuccess = () => resolve(request.result);
        }),
    );
    return (await Promise.all(counts)).reduce((a, b) => a + b, 0);
  });
  expect(rows).toBe(0);
});

test("words are found inside papers, and a tap leads to the clause", async ({ page }) => {
  const { member } = await plan();
  await signIn(page, member.card);
  await page.getByRole("link", { name: "Văn bản" }).click();
  const field = page.getByLabel("Tìm theo tên, số hoặc nội dung");
  await field.fill("quy định");
  await field.press("Enter");
  await expect(page).toHaveURL(/\?q=/);
  await expect(field).toBeFocused(); // it is the same field, to go on typing in
  await field.fill("gọi điện cho bí thư");
  await page.getByRole("button", { name: "Tìm", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Trong nội dung văn bản" })).toBeVisible();
  await page.getByRole("link", { name: /^Điều 3,/ }).click();
  await expect(page.getByRole("heading", { name: "Điều 3. Góp ý" })).toBeInViewport();
});

test("what must be acknowledged is, by the member himself", async ({ page }) => {
  const { member, secretary, branch } = await plan();
  const paper = await secretary.call("POST", "/v1/documents", {
    kind: "directive",
    title: "Chỉ thị cần xác nhận",
    organization_id: branch.id,
    classification: "internal",
    text: "Điều 1. Thi hành",
    requires_acknowledgement: true,
    audience: { organization_ids: [branch.id] },
  });
  await secretary.call("POST", `/v1/documents/${paper.id}/publish`, { notify: "none" });
  await signIn(page, member.card);
  await page.goto(`/app/van-ban/${paper.id}`);
  await expect(page.getByText("Văn bản này cần đồng chí xác nhận đã đọc.")).toBeVisible();
  await page.getByRole("button", { name: "Tôi đã đọc" }).click();
  await expect(page.getByText("Đồng chí đã đọc")).toBeVisible();
});

test("who mistypes a word is asked what he meant, and a tap finds it", async ({ page }) => {
  const { member, secretary, branch } = await plan();
  const kept = `kho${Math.random()
    .toString(36)
    .replace(/[^a-z]/g, "")
    .slice(0, 6)}`;
  const paper = await secretary.call("POST", "/v1/documents", {
    kind: "directive",
    title: "Chỉ thị về lưu trữ",
    organization_id: branch.id,
    classification: "internal",
    text: `Điều 1. Lưu trữ tại ${kept}`,
    audience: { organization_ids: [branch.id] },
  });
  await secretary.call("POST", `/v1/documents/${paper.id}/publish`, { notify: "none" });
  // Of a paper for one branch it is the accents that are put right: which letters were meant is said of those words
  // alone that everybody may read. Its text is read after it was published, and what is not found in time is left out.
  const asked = encodeURIComponent(`lưu trừ ${kept}`);
  const reader = new Caller(member.card);
  await expect
    .poll(async () => (await reader.call("GET", `/v1/search?q=${asked}`)).suggestions, { timeout: 30_000 })
    .toContain(`lưu trữ ${kept}`);
  await signIn(page, member.card);
  await page.goto(`/app/van-ban?q=${asked}`);
  await page.getByRole("link", { name: `lưu trữ ${kept}` }).click();
  await expect(page.getByRole("searchbox")).toHaveValue(`lưu trữ ${kept}`);
  await expect(page.getByRole("link", { name: /Điều 1, Chỉ thị/ })).toBeVisible();
});

test("a paper is read aloud to its end, and begins anew the next time", async ({ page }) => {
  const { member, paper } = await plan();
  await page.addInitScript(() => {
    const heard: string[] = [];
    class Said {
      onend?: () => void;
      constructor(readonly text: string) {}
    }
    const speech = {
      getVoices: () => [{ lang: "vi-VN" }],
      cancel: () => undefined,
      addEventListener: () => undefined,
      speak: (said: Said) => {
        heard.push(said.text);
        setTimeout(() => said.onend?.(), 0);
      },
    };
    Object.defineProperties(window, {
      heard: { value: heard },
      speechSynthesis: { value: speech },
      SpeechSynthesisUtterance: { value: Said },
    });
  });
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  await signIn(page, member.card);
  await page.goto(`/app/van-ban/${paper}`);
  const start = page.getByRole("button", { name: "Nghe đọc" });
  await start.click();
  await expect.poll(async () => (await heard()).at(-1)).toMatch(/gọi điện cho bí thư/);
  await expect(start).toBeVisible();
  const [first, ...rest] = await heard();
  await start.click();
  await expect.poll(async () => (await heard()).length).toBe(2 * (rest.length + 1));
  expect((await heard())[rest.length + 1]).toBe(first);
});
