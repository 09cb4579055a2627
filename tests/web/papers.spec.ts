/** Papers: reading and quoting, weighing targets, finding, and putting right what is wrong about them. */
import { expect, type Page, test } from "@playwright/test";
import { expectAccessible, expectNoSidewaysScroll, signIn } from "./app";
import { type Caller, type Chosen, freeBranch } from "./city";

const OLD = `QUY CHẾ
làm việc của chi bộ

Điều 1. Thu đảng phí
1. Đảng phí thu trong tuần đầu của tháng.
2. Người thu ghi sổ ngay khi nhận.

Điều 2. Phát triển kinh tế tập thể
Chi bộ giúp tổ hợp tác phát triển kinh tế tập thể.`;

interface Paper {
  title: string;
  text: string;
  kind?: string;
  number?: string;
  issued_on?: string;
  targets?: { text: string }[];
  requires_acknowledgement?: boolean;
}

/** A paper that a branch's secretary has issued to it. */
async function issued(branch: Chosen, paper: Paper): Promise<any> {
  const made = await branch.caller.call("POST", "/v1/documents", {
    kind: "regulation",
    classification: "internal",
    organization_id: branch.id,
    audience: { organization_ids: [branch.id] },
    ...paper,
  });
  return branch.caller.call("POST", `/v1/documents/${made.id}/publish`, { notify: "none" });
}

/** What is copied, as whoever pastes it would get it. */
async function watchCopies(page: Page): Promise<() => Promise<string | undefined>> {
  await page.addInitScript(() => {
    const copies: string[] = [];
    const clipboard = { writeText: async (text: string) => void copies.push(text) };
    Object.defineProperty(window, "copies", { value: copies });
    Object.defineProperty(navigator, "clipboard", { value: clipboard });
  });
  return () => page.evaluate(() => (window as unknown as { copies: string[] }).copies.at(-1));
}

/** Found once its passages are written and a cache has let go of what it said before. */
async function untilFound(caller: Caller, q: string): Promise<void> {
  const found = async () => (await caller.call("GET", `/v1/search?q=${encodeURIComponent(q)}`)).items.length;
  await expect.poll(found, { timeout: 30_000 }).toBeGreaterThan(0);
}

test(
  "a clause is quoted with number, place and address, and says what replaced it",
  { tag: "@both" },
  async ({ page }) => {
    const branch = await freeBranch();
    const old = await issued(branch, {
      title: "Quy chế làm việc",
      number: "07-QC/CB",
      issued_on: "2026-03-02",
      text: OLD,
    });
    const title = "Quy chế thu đảng phí";
    const text = "Điều 1. Thu đảng phí\nĐảng phí thu qua chuyển khoản.";
    const by = await issued(branch, { title, number: "11-QC/CB", text });
    await branch.caller.call("POST", `/v1/documents/${old.id}/replace`, {
      by_document_id: by.id,
      clauses: [{ address: "dieu-1.khoan-1", by_address: "dieu-1" }],
    });
    const copied = await watchCopies(page);
    await signIn(page, branch.members[0]!.card);
    await page.goto(`/app/van-ban/${old.id}`);
    await expect(page.getByRole("heading", { name: "Điều 1. Thu đảng phí" })).toBeVisible();
    await page.getByRole("button", { name: "Trích dẫn", exact: true }).click();
    await page.getByRole("button", { name: "Trích dẫn đoạn này khoản 2 Điều 1" }).click();
    await expect(page).toHaveURL(/#dieu-1\.khoan-2$/);
    await page.getByRole("button", { name: "Chép trích dẫn" }).click();
    await expect(page.getByRole("button", { name: "Đã chép" })).toBeVisible();
    const me = await branch.caller.call("GET", "/v1/me");
    expect(await copied()).toBe(`khoản 2 Điều 1, Quy định số 07-QC/CB ngày 2/3/2026 của ${me.branch.name}`);
    await page.getByRole("button", { name: "Chép địa chỉ của đoạn" }).click();
    await expect.poll(copied).toBe(page.url());

    const way = page.getByRole("link", { name: "Điều 1, Quy định số 11-QC/CB" });
    await expect(way).toHaveCount(1);
    await way.click();
    await expect(page.getByText("Đảng phí thu qua chuyển khoản.")).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`${by.id}#dieu-1$`));
    await expect(page.getByText(/^Điều 1, Quy định số 11-QC\/CB của /)).toBeVisible();
  },
);

test("a citation names the page of a file", async ({ page }) => {
  const branch = await freeBranch();
  const paper = await issued(branch, { title: "Quy chế có trang", number: "08-QC/CB", text: OLD });
  await page.route(`**/v1/documents/${paper.id}/passages?*`, async (route) => {
    const answer = await route.fetch();
    const list = await answer.json();
    for (const passage of list.items) passage.page = 3;
    await route.fulfill({ response: answer, json: list });
  });
  const copied = await watchCopies(page);
  await signIn(page, branch.members[0]!.card);
  await page.goto(`/app/van-ban/${paper.id}#dieu-2`);
  await page.getByRole("button", { name: "Chép trích dẫn" }).click();
  await expect.poll(copied).toMatch(/^Điều 2, Quy định số 08-QC\/CB .*, trang 3$/);
});

test("a withdrawn paper says why, since when and what to read instead, and nothing of what it said", async ({
  page,
}) => {
  const branch = await freeBranch();
  const old = await issued(branch, { title: "Kế hoạch sai số liệu", number: "03-KH/CB", text: OLD });
  await signIn(page, branch.members[0]!.card);
  await page.goto(`/app/van-ban/${old.id}`);
  await expect(page.getByText("Người thu ghi sổ ngay khi nhận.")).toBeVisible();
  await branch.caller.call("POST", `/v1/documents/${old.id}/withdraw`, { reason: "Nhầm số đảng viên" });
  const by = await branch.caller.call("POST", "/v1/documents", {
    kind: "regulation",
    title: "Kế hoạch đúng",
    number: "03-KH/CB",
    organization_id: branch.id,
    classification: "internal",
    audience: { organization_ids: [branch.id] },
    text: "Điều 1. Số liệu đúng",
    replaces: [old.id],
  });
  await branch.caller.call("POST", `/v1/documents/${by.id}/publish`, { notify: "none" });
  await page.reload();
  await expect(page.getByText("Văn bản này đã được thu hồi.")).toBeVisible();
  await expect(page.getByText("03-KH/CB")).toBeVisible();
  await expect(page.getByText("Kế hoạch sai số liệu")).toBeVisible();
  await expect(page.getByText("Lý do: Nhầm số đảng viên")).toBeVisible();
  await expect(page.getByText(/^Thu hồi ngày \d\d\/\d\d\/\d{4}$/)).toBeVisible();
  await expect(page.getByText("ghi sổ")).toHaveCount(0);
  await expectAccessible(page, "withdrawn");
  await page.getByRole("link", { name: "Mở văn bản thay thế" }).click();
  await expect(page.getByRole("heading", { name: "Điều 1. Số liệu đúng" })).toBeVisible();
});

test(
  "a member weighs a target, also without network, and sees what others think once he has",
  { tag: "@both" },
  async ({ page, context }) => {
    const branch = await freeBranch();
    const paper = await issued(branch, {
      kind: "resolution",
      title: "Nghị quyết năm 2027",
      text: "Điều 1. Chỉ tiêu",
      targets: [{ text: "Kết nạp 12 đảng viên" }, { text: "Thu đủ đảng phí" }],
    });
    await signIn(page, branch.members[0]!.card);
    await page.goto(`/app/van-ban/${paper.id}`);
    const first = page.getByRole("listitem").filter({ hasText: "Kết nạp 12 đảng viên" }).last();
    await expect(first.getByText(/^Quá cao: /)).toHaveCount(0);
    await first.getByRole("button", { name: /^Cho ý kiến/ }).click();
    await first.getByRole("button", { name: "Gửi ý kiến" }).click();
    await expect(first.getByRole("alert")).toHaveText("Xin chọn một ý.");
    await context.setOffline(true);
    await first.getByLabel("Quá cao").check();
    await first.getByLabel("Nói thêm, nếu cần").fill("Năm nay kết nạp được 5.");
    await first.getByRole("button", { name: "Gửi ý kiến" }).click();
    await expect(first.getByText("Đã lưu trên máy, chưa gửi")).toBeVisible();
    await context.setOffline(false);
    await expect(first.getByText(/Đã gửi lúc/)).toBeVisible({ timeout: 30_000 });
    await expect(first.getByText("Đồng chí thấy: Quá cao")).toBeVisible();
    await expect(first.getByText("Quá cao: 1")).toBeVisible();

    const { items } = await branch.caller.call("GET", `/v1/documents/${paper.id}/reactions`);
    expect(items.map((each: any) => each.counts.too_high)).toEqual([1, 0]);
    const { items: comments } = await branch.caller.call("GET", `/v1/documents/${paper.id}/comments`);
    expect(comments.map((each: any) => each.text)).toEqual(["Năm nay kết nạp được 5."]);
  },
);

test("who looks after a resolution sees what all think of its targets", async ({ page }) => {
  const branch = await freeBranch();
  const targets = [{ text: "Giúp 3 hộ thoát nghèo" }];
  const paper = await issued(branch, { kind: "resolution", title: "Nghị quyết quý", text: "Điều 1", targets });
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/van-ban/${paper.id}`);
  await expect(page.getByText("Chưa có ai cho ý kiến.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Quản lý văn bản này" })).toBeVisible();
});

test("typed without accents it is found, marked in its place, and narrowed", async ({ page }) => {
  const branch = await freeBranch();
  const paper = await issued(branch, { title: "Quy chế tìm", issued_on: "2026-03-02", text: OLD });
  await untilFound(branch.caller, "phat trien kinh te tap the");
  await signIn(page, branch.members[0]!.card);
  await page.goto("/app/van-ban");
  const field = page.getByRole("searchbox");
  await field.fill("phat trien kinh te tap the");
  await field.press("Enter");
  const row = page
    .getByRole("link")
    .filter({ has: page.locator("mark") })
    .filter({ hasText: "tổ hợp tác" });
  await expect(row).toBeVisible();
  await expect(row.locator("mark").first()).toHaveText(/phát triển/i);
  await expect(page.getByText(/^\d+ đoạn$/)).toBeVisible();

  await page.getByText("Lọc kết quả").click();
  await page.getByLabel("Loại văn bản").selectOption("Chỉ thị");
  await page.getByRole("button", { name: "Tìm", exact: true }).click();
  await expect(page).toHaveURL(/loai=directive/);
  await expect(page.getByText("Không tìm thấy trong phần đã lọc.")).toBeVisible();
  await expectAccessible(page, "filtered");
  await page.getByLabel("Loại văn bản").selectOption("Quy định");
  await page
    .getByLabel("Nơi ban hành")
    .selectOption({ label: (await branch.caller.call("GET", "/v1/me")).branch.name });
  await page.getByLabel("Ban hành từ ngày").fill("2026-03-01");
  await page.getByLabel("Đến ngày").fill("2026-02-01");
  await page.getByRole("button", { name: "Tìm", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText("Ngày đầu phải trước ngày cuối.");
  await page.getByLabel("Đến ngày").fill("2026-03-31");
  await page.getByRole("button", { name: "Tìm", exact: true }).click();
  await expect(row).toBeVisible();
  await row.click();
  await expect(page).toHaveURL(new RegExp(`${paper.id}#dieu-2`));
  await expect(page.getByRole("heading", { name: "Điều 2. Phát triển kinh tế tập thể" })).toBeInViewport();
  await page.goBack();
  await expect(page.getByLabel("Loại văn bản")).toHaveValue("regulation");
  await page.getByRole("link", { name: "Bỏ lọc" }).click();
  await expect(page).toHaveURL(/\?q=[^&]+$/);
});

test("more than the server counts is said to be more", async ({ page }) => {
  const branch = await freeBranch();
  await issued(branch, { title: "Quy chế đếm", text: OLD });
  await untilFound(branch.caller, "đảng phí");
  await page.route("**/v1/search?*", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), total: 1001 } });
  });
  await signIn(page, branch.members[0]!.card);
  await page.goto(`/app/van-ban?q=${encodeURIComponent("đảng phí")}`);
  await expect(page.getByText("hơn 1.000 đoạn")).toBeVisible();
});

test("a secretary puts a wrong file right, and its readers see why", async ({ page }) => {
  const branch = await freeBranch();
  const paper = await issued(branch, { title: "Quy chế nhầm tệp", number: "09-QC/CB", text: OLD });
  await signIn(page, branch.secretary.card);
  await page.getByRole("link", { name: "Chi bộ", exact: true }).click();
  await page.getByRole("link", { name: "Văn bản của chi bộ" }).click();
  await page.getByRole("link", { name: "Quy chế nhầm tệp" }).click();
  await page.getByRole("button", { name: "Thay tệp ban hành nhầm" }).click();
  await page.getByRole("button", { name: "Thay tệp", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin viết lý do thay.");
  await page.getByLabel("Viết tại đây").check();
  await page.getByLabel("Nội dung đúng").fill("Điều 1. Bản đúng\nThu trong mười ngày đầu.");
  await page.getByLabel("Lý do thay, người đọc sẽ thấy").fill("Gửi nhầm bản nháp");
  await page.getByRole("button", { name: "Thay tệp", exact: true }).click();
  await page.getByText("Các bản đã ban hành (2)").click();
  await expect(page.getByText("Lý do: Gửi nhầm bản nháp").first()).toBeVisible();
  const first = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Tải bản thứ 1/ }).click();
  expect((await first).suggestedFilename()).toContain("bản thứ 1");
  await expectAccessible(page, "corrected");

  await page.goto(`/app/van-ban/${paper.id}`);
  await expect(page.getByText("09-QC/CB")).toBeVisible();
  await expect(page.getByText("Tệp đã được thay, đây là bản thứ 2.")).toBeVisible();
  await expect(page.getByText("Thu trong mười ngày đầu.")).toBeVisible();
});

test("a secretary says which clause gives way, later the whole paper, and hides what went astray", async ({ page }) => {
  const branch = await freeBranch();
  const old = await issued(branch, { title: "Quy chế cũ", text: OLD });
  const by = await issued(branch, {
    title: "Quy chế thu mới",
    number: "12-QC/CB",
    text: "Điều 1. Thu\nQua ngân hàng.",
  });
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/quan-ly/van-ban/${old.id}`);
  const begin = page.getByRole("button", { name: "Thay bằng văn bản mới" });
  await begin.click();
  await page.getByRole("button", { name: "Chọn Quy chế thu mới" }).click();
  await page.getByLabel("Một số điều khoản").check();
  await page.getByRole("button", { name: "Thay các đoạn đã chọn" }).click();
  await expect(page.getByRole("alert")).toHaveText("Xin chọn ít nhất một đoạn bị thay.");
  await page.getByLabel("Đoạn bị thay 1").selectOption({ value: "dieu-1" });
  await page.getByLabel("Thay bằng đoạn 1").selectOption({ value: "dieu-1" });
  await expectAccessible(page, "replacing");
  await expectNoSidewaysScroll(page, "replacing");
  await page.getByRole("button", { name: "Thay các đoạn đã chọn" }).click();
  await expect(begin).toBeVisible();
  const replaced = async () => {
    const { items } = await branch.caller.call("GET", `/v1/documents/${old.id}/passages`);
    return items.filter((each: any) => each.replaced_by?.document_id === by.id).map((each: any) => each.address);
  };
  await expect.poll(replaced).toEqual(["dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2"]);

  await begin.click();
  await page.getByRole("button", { name: "Chọn Quy chế thu mới" }).click();
  await page.getByRole("button", { name: "Thay cả văn bản" }).click();
  await expect(page.getByText("Thay “Quy chế cũ” bằng “Quy chế thu mới”?")).toBeVisible();
  await page.getByRole("button", { name: "Thay cả văn bản" }).click();
  await expect(page.getByText("Văn bản này đã được thay bằng bản mới.")).toBeVisible();

  await page.getByRole("button", { name: "Thu hồi văn bản" }).click();
  await page.getByLabel("Gửi nhầm nơi: giấu hẳn với mọi người").check();
  await page.getByLabel("Lý do giấu, chỉ nơi ban hành đọc được").fill("Gửi nhầm chi bộ");
  await page.getByRole("button", { name: "Giấu hẳn", exact: true }).click();
  await expect(page.getByText("Lý do thu hồi: Gửi nhầm chi bộ")).toBeVisible();
  await page.context().clearCookies();
  const reader = await page.context().browser()!.newContext();
  const other = await reader.newPage();
  await signIn(other, branch.members[0]!.card, new URL(page.url()).origin);
  await other.goto(`${new URL(page.url()).origin}/app/van-ban/${old.id}`);
  await expect(other.getByText("Không tìm thấy. Nội dung này có thể đã được thu hồi.")).toBeVisible();
  await reader.close();
});

test("a file that is being read, or cannot be, says so and what to do", async ({ page }) => {
  const branch = await freeBranch();
  const paper = await issued(branch, { title: "Quy chế quét", text: OLD });
  let read: object = { extraction: "pending", extraction_progress: { done: 32, total: 120 } };
  await page.route(`**/v1/documents/${paper.id}`, async (route) => {
    const answer = await route.fetch({ headers: { ...route.request().headers(), "if-none-match": "" } });
    const as = { ...read, media_type: "application/pdf" };
    await route.fulfill({ response: answer, json: { ...(await answer.json()), ...as } });
  });
  await signIn(page, branch.secretary.card);
  await page.goto(`/app/van-ban/${paper.id}`);
  await expect(page.getByText(/^Máy chủ đang đọc tệp/)).toBeVisible();
  await expect(page.getByText("Đã đọc 32/120 trang.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Tải bản gốc/ })).toBeVisible();
  await page.getByRole("link", { name: "Quản lý văn bản này" }).click();
  await expect(page.getByText(/^Máy chủ đang đọc tệp/)).toBeVisible();
  const again = page.getByRole("button", { name: "Xem đã đọc xong chưa" });
  await expect(again).toBeVisible();
  read = { extraction: "failed" };
  await again.click({ timeout: 1_000 }).catch(() => undefined); // the page may have asked by itself
  await expect(page.getByText(/Nên thay bằng tệp PDF hoặc Word, không khóa\./)).toBeVisible();
  const why = "Tệp có mật khẩu nên không đọc được chữ. Hãy bỏ mật khẩu rồi tải lên lại.";
  read = { extraction: "failed", extraction_failure: why };
  await page.goto(`/app/van-ban/${paper.id}`);
  await expect(page.getByText(/^Máy chủ không đọc được chữ/)).toBeVisible();
  await expect(page.getByText(why)).toBeVisible();
});
